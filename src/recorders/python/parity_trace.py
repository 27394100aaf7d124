"""Records what a micrograd-like engine computes, as a trace that `parity check` reads (docs/trace-format.md).

Copy this file beside your engine; it needs Python 3.8 or later and nothing else. MIT licence.

A graph, after its backward pass:

    import parity_trace
    loss.backward()
    parity_trace.save("trace.jsonl", loss)

Several graphs, such as the steps of a training loop:

    with parity_trace.Graphs("trace.jsonl") as trace:
        for step in range(20):
            ...
            loss.backward()
            trace.add(loss, name=f"step {step}")

A training run, with what there is of each step (docs/training-file.md describes the first argument):

    with parity_trace.Training("run.jsonl", {"sizes": [2, 4, 1], ...}, parameters={"0.weight": [...], "0.bias": [...]}) as trace:
        for step in range(20):
            ...
            trace.step(step, loss=loss.data, gradients={"0.weight": [p.grad for p in weights]}, parameters={...})

Whether the engine builds the graph that was meant, such as 5 - x and not x - 5, a graph alone cannot tell. This can:

    parity_trace.compare(lambda a, b: (5 - a) * b.tanh(), Value, [0.5, -2.0], path="compare.jsonl")

What is wrong in a trace, where the command `parity` is installed; a notebook shows it as the value of a cell:

    parity_trace.check("trace.jsonl")

Attributes are found by their usual names: data or value; grad; _prev, _children, parents, _parents or children; _op or op; label.
`Names(data=..., grad=..., parents=..., op=..., settings=..., label=...)` names others, or gives functions of a node.

What a node does not say, such as its op or the exponent of a power, is read from the function that passes its gradient back, where a method of
the class made one, as micrograd's do: `_backward` made in `__pow__` says the op, and holds the exponent that gives the value.

An engine that keeps its operands in a set, as micrograd's `_prev` does, has lost their order and what was used twice. Both are found
again from the numbers where these tell: a + a and a * a are seen by the one operand, the order of a - b by which order gives the value.
Where they do not, because the engine also computes wrongly, the recorder says which node it was: let the engine keep a tuple.
"""

import html
import inspect
import json
import math
import os
import subprocess
import tempfile
import types
import weakref

__all__ = ["Check", "Graphs", "Names", "Training", "check", "compare", "save", "watch"]

_VERSION = 1
_FORMAT = "micrograd-parity-trace"

# What a watched node's place in the order of creation is kept in.
_MADE = "_parity_made"

# What an op of two operands gives, for finding the operands of a set again.
_BINARY = {
    "+": lambda a, b: a + b,
    "add": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "mul": lambda a, b: a * b,
    "-": lambda a, b: a - b,
    "sub": lambda a, b: a - b,
    "/": lambda a, b: a / b,
    "div": lambda a, b: a / b,
    "truediv": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "^": lambda a, b: a**b,
    "pow": lambda a, b: a**b,
    "%": lambda a, b: a % b,
    "remainder": lambda a, b: a % b,
}
# What Python's operators mean: the op, whether the node stands last, and that it takes two operands.
_OPERATORS = {"__neg__": ("neg", False, False), "__abs__": ("abs", False, False)}
for _name, _op in (("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "div"), ("pow", "**"), ("mod", "remainder")):
    for _prefix, _is_reflected in (("", False), ("r", True), ("i", False)):
        _OPERATORS[f"__{_prefix}{_name}__"] = (_op, _is_reflected, True)

# Methods that are called as the ops that they mean. Further operands that are no nodes are settings, but for those of two operands.
_METHODS_OF_TWO = set(
    "add sub subtract mul multiply div divide pow remainder fmod maximum minimum max min fmax fmin atan2 hypot copysign logaddexp xlogy".split()
)
_METHODS = _METHODS_OF_TWO | set(
    (
        "neg negative abs sign square sqrt rsqrt reciprocal inv exp exp2 expm1 log ln log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh "
        "asinh acosh atanh sigmoid logistic logsigmoid relu relu6 leaky_relu elu selu celu gelu silu swish mish softplus softsign tanhshrink hardtanh "
        "hardsigmoid hardswish hardshrink softshrink erf erfc floor ceil trunc frac"
    ).split()
)

# What an op is called, in lower case, that needs no further evidence; a power may have its exponent behind it.
_NAMES = _METHODS | set(_BINARY)
_POWERS = ("**", "^")

_EMPTY = types.CellType()
_methods_by_code = {}
_ORDERLESS = {"+", "add", "*", "mul", "max", "min", "maximum", "minimum", "sum", "mean"}


class Names:
    """Names of the attributes of an engine's nodes. Each is an attribute's name or a function of the node."""

    def __init__(self, data=None, grad=None, parents=None, op=None, settings=None, label=None):
        self._data = self._reader("data", data, ("data", "value", "val", "item"))
        self._grad = self._reader("grad", grad, ("grad", "gradient"))
        self._parents = self._reader("parents", parents, ("_prev", "_children", "parents", "_parents", "children", "prev"))
        self._op = self._reader("op", op, ("_op", "op"))
        self._is_op_given = op is not None
        self._settings = self._reader("settings", settings, ("settings",))
        self._label = self._reader("label", label, ("label", "name"))

    @staticmethod
    def _reader(what, given, usual):
        if callable(given):
            return given
        names = (given,) if given is not None else usual

        def read(node):
            method = None
            for name in names:
                if hasattr(node, name):
                    value = getattr(node, name)
                    if type(value) is not types.MethodType:
                        return value
                    method = method or name
            if method and what in ("data", "grad", "parents"):
                raise AttributeError(
                    f"{method!r} of {type(node).__name__} is a method: name an attribute in Names({what}=...), or Names({what}=lambda node: node.{method}())"
                )
            if given is not None:
                raise AttributeError(f"{type(node).__name__} has no attribute {given!r}: name another in Names({what}=...)")
            return None

        return read

    def data(self, node):
        value = self._data(node)
        if value is None:
            raise AttributeError(f"{type(node).__name__} has no number in data or value: name the attribute in Names(data=...)")
        return float(value)

    def grad(self, node):
        value = self._grad(node)
        return None if value is None else float(value)

    @staticmethod
    def requires_grad(node):
        return next((getattr(node, name) for name in ("requires_grad", "require_grad") if hasattr(node, name)), True) is not False

    def parents(self, node):
        value = self._parents(node)
        if not value:
            return ()
        _, instead = self._composed(node)
        return value if instead is None else (instead,)

    def _composed(self, node):
        """The method that made the node's backward function; and, where that replaced the function of another op, the one operand it passes to.

        So does tanh(self) if it computes a quotient of exponentials and then gives the quotient a backward function of its own.
        """
        function, method = _backward_of(node)
        if method in _METHODS and method not in _METHODS_OF_TWO and not self._is_op_given:
            nodes = [x for x in _held(function).values() if isinstance(x, type(node)) and x is not node]
            if len(nodes) == 1 and all(x is not nodes[0] for x in self._parents(node) or nodes):
                return method, nodes[0]
        return method, None

    def require_parents(self, root):
        """Raises an error if a root does not say what it was computed from: its graph would be one leaf, in which nothing can be wrong."""
        if self._parents(root) is None:
            raise AttributeError(f"{type(root).__name__} does not say what it was computed from: name the attribute that holds its operands in Names(parents=...)")

    def op(self, node):
        given = str(self._op(node) or "")
        if self._is_op_given:
            return given
        method, instead = self._composed(node)
        if instead is None and (given.lower() in _NAMES or given.startswith(_POWERS)):
            return given
        return _OPERATORS[method][0] if method in _OPERATORS else method or given

    def settings(self, node):
        return [float(x) for x in self._settings(node) or ()]

    def label(self, node):
        value = self._label(node)
        return str(value) if value else None


def watch(cls):
    """Numbers the nodes of a class in the order in which they are made, from now on.

    PyTorch adds up gradients in the reverse of this order. With it a sum of three shares and more can have PyTorch's bits; without it
    the trace has the order of a depth-first walk, and such sums may be found to differ by their order of summation.
    """
    made = [0]
    begin = cls.__init__

    def __init__(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        try:
            object.__setattr__(self, _MADE, made[0])
        except AttributeError:
            raise TypeError(f"{cls.__name__} has __slots__: add {_MADE!r} to them, and its nodes can be numbered") from None
        made[0] += 1

    cls.__init__ = __init__
    return cls


def save(path, root, upstream=1.0, names=None, engine="", precision=None):
    """Records one graph."""
    with Graphs(path, names=names, engine=engine, precision=precision) as trace:
        trace.add(root, upstream=upstream)


def compare(function, cls, inputs, path="compare.jsonl", upstream=1.0, names=None, engine="", precision=None, backward=None):
    """Records what a function means and the graph that an engine builds for it; `parity check` tells where the two part.

    The function receives a node of the class for each number of `inputs`: a list (lists in it become lists of nodes), or a dictionary by
    the function's parameters. It returns the node to go backward from, by its method `backward` unless another way is given. What each operator
    and method of the class means is said by its name: `5 - x` calls x.__rsub__(5) and means sub(5, x), whatever that method does.
    """
    names = names or Names()
    by_name = dict(inputs) if isinstance(inputs, dict) else dict(zip(_parameters(function, len(inputs)), inputs))
    meaning = _Meaning(cls, names)
    nodes = {name: meaning.inputs(name, value) for name, value in by_name.items()}
    with meaning:
        root = function(**nodes) if isinstance(inputs, dict) else function(*nodes.values())
    if not isinstance(root, cls):
        raise TypeError(f"the function returned {type(root).__name__} and not a {cls.__name__}, from which one could go backward")
    (backward or (lambda node: node.backward()))(root)
    with Graphs(path, names=names, engine=engine, precision=precision) as trace:
        meaning.write(trace, root, getattr(function, "__name__", "function"), upstream)
    return path


def check(path, command="parity"):
    """Runs `parity check` on a trace and returns its answer, a `Check`. The command may be a list, with arguments of its own."""
    command = [command] if isinstance(command, str) else list(command)
    with tempfile.TemporaryDirectory() as folder:
        document = os.path.join(folder, "check.json")
        try:
            done = subprocess.run(command + ["check", os.fspath(path), "--json", document], capture_output=True, encoding="utf-8")
        except FileNotFoundError as e:
            raise RuntimeError(f"there is no command '{command[0]}': name it, as in check(path, command='micrograd-parity/parity')") from e
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.strip() or f"'{command[0]}' ended with {done.returncode}")
        with open(document, encoding="utf-8") as file:
            return Check(json.load(file), done.stdout)


class Check:
    """The answer of `parity check`: `right` is False if anything is wrong that rounding does not explain, `text` what the command printed,
    `document` its JSON document (docs/check.schema.json). It prints as the command does."""

    def __init__(self, document, text):
        self.document, self.text, self.right = document, text.rstrip(), not document["mistakes"]

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        body, _, verdict = self.text.rpartition("\n")
        colour = "#2e8b57" if self.right else "#c0392b"
        return (
            f'<div style="border-left: 4px solid {colour}; padding-left: 1em"><b>{html.escape(verdict)}</b>'
            f'<pre style="white-space: pre-wrap">{html.escape(body)}</pre></div>'
        )


def _parameters(function, count):
    try:
        found = [p.name for p in inspect.signature(function).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        found = []
    return found[:count] if len(found) >= count else [f"x{i}" for i in range(count)]


class _Meaning:
    """The ops that are meant while a function runs: each call of an operator or of a method named like an op, unless it is within another."""

    def __init__(self, cls, names):
        self._cls, self._names = cls, names
        self._lines, self._of, self._kept = [], {}, []
        self._inside = False
        self._replaced = []

    def inputs(self, label, value):
        if isinstance(value, (list, tuple)):
            return [self.inputs(f"{label}[{i}]", x) for i, x in enumerate(value)]
        node = value if isinstance(value, self._cls) else self._cls(value)
        self._add(node, {"value": _number(self._names.data(node)), "label": label})
        return node

    def __enter__(self):
        for name in dir(self._cls):
            method = inspect.getattr_static(self._cls, name)
            if isinstance(method, types.FunctionType) and (name in _OPERATORS or name in _METHODS):
                self._replaced.append((name, self._cls.__dict__.get(name)))
                setattr(self._cls, name, self._wrapped(name, method))
        return self

    def __exit__(self, kind, error, traceback):
        for name, method in self._replaced:
            if method is None:
                delattr(self._cls, name)
            else:
                setattr(self._cls, name, method)

    def write(self, trace, root, name, upstream):
        trace.begin(name, self._node(root), upstream, meant=True)
        for line in self._lines:
            trace.write_line(line)
        trace.add(root, name, upstream, means=lambda node: self._of.get(id(node)))

    def _wrapped(self, name, method):
        def call(node, *args, **kwargs):
            if self._inside:
                return method(node, *args, **kwargs)
            self._inside = True
            try:
                result = method(node, *args, **kwargs)
            finally:
                self._inside = False
            if isinstance(result, self._cls):
                self._meant(result, name, node, [x for x in (*args, *kwargs.values()) if x is not None])
            return result

        return call

    def _meant(self, result, name, node, others):
        op, is_reflected, takes_two = _OPERATORS.get(name, (name, False, name in _METHODS_OF_TWO))
        if takes_two and len(others) == 1 and op == "**" and not isinstance(others[0], self._cls) and not is_reflected:
            self._add(result, {"op": op, "parents": [self._node(node)], "settings": [_number(others[0])]})
            return
        operands = [node] + [x for x in others if isinstance(x, self._cls) or takes_two]
        settings = [_number(x) for x in others if not isinstance(x, self._cls) and not takes_two]
        line = {"op": op, "parents": [self._node(x) for x in (reversed(operands) if is_reflected else operands)]}
        self._add(result, {**line, "settings": settings} if settings else line)

    def _node(self, x):
        """The number of a node that was meant. One that no op of the function made is taken as the engine has it."""
        if not isinstance(x, self._cls):
            return self._line({"value": _number(x)})
        if id(x) not in self._of:
            for node in _order(x, self._names):
                if id(node) not in self._of:
                    op, operands, settings = _call(node, self._names)
                    line = {"op": op, "parents": [self._of[id(p)] for p in operands]} if operands else {"value": _number(self._names.data(node))}
                    self._add(node, {**line, "settings": settings} if settings else line)
        return self._of[id(x)]

    def _add(self, node, line):
        self._of[id(node)] = self._line(line)
        self._kept.append(node)

    def _line(self, line):
        self._lines.append({"id": len(self._lines), **line})
        return len(self._lines) - 1


class _Lines:
    """A file that appears whole when it is closed without an error, or not at all."""

    def __init__(self, path, kind, engine, precision, **header):
        self._path = os.path.abspath(path)
        handle, self._temporary = tempfile.mkstemp(dir=os.path.dirname(self._path), prefix=os.path.basename(path) + ".")
        self._file = os.fdopen(handle, "w", encoding="utf-8", newline="\n")
        self._count = 0
        first = {"format": _FORMAT, "version": _VERSION, "kind": kind}
        if engine:
            first["engine"] = engine
        if precision:
            first["precision"] = precision
        first.update(header)
        self._write(first)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.close()
        else:
            self._file.close()
            os.unlink(self._temporary)

    def close(self):
        """Writes the last line and puts the file in its place."""
        self._write({"end": self._count})
        self._file.close()
        os.chmod(self._temporary, 0o644)
        os.replace(self._temporary, self._path)

    def _write(self, line):
        self._file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n")
        self._count += 1


class Graphs(_Lines):
    """A trace of graphs. A leaf that is in several of them, such as a parameter, has the same id in each.

    The engine's precision, "float64" or "float32", is told from the numbers unless it is given.
    """

    def __init__(self, path, names=None, engine="", precision=None):
        super().__init__(path, "graph", engine, precision)
        self._names = names or Names()
        self._added = 0
        self._leaves = {}
        self._numbered = 0

    def add(self, root, name=None, upstream=1.0, means=None):
        """Records the graph that ends in a root, after the backward pass from there.

        Of a graph that follows one that was meant, `means` gives the id there of a node, or None.
        """
        names = self._names
        order = _order(root, names)
        if all(hasattr(node, _MADE) for node in order):
            order.sort(key=lambda node: getattr(node, _MADE))
        ids = {id(node): self._id(node) for node in order}
        lines, constants = [], set()
        for node in order:
            line = {"id": ids[id(node)]}
            op, operands, settings = _call(node, names)
            if not names.requires_grad(node) and all(id(operand) in constants for operand in operands):
                constants.add(id(node))
            if operands:
                line["op"] = op
                line["parents"] = [ids[id(operand)] for operand in operands]
            if settings:
                line["settings"] = [_number(x) for x in settings]
            line["value"] = _number(names.data(node))
            grad = names.grad(node)
            if grad is not None and id(node) not in constants:
                line["gradient"] = _number(grad)
            label = names.label(node)
            if label is not None:
                line["label"] = label
            meant = means(node) if means is not None else None
            if meant is not None:
                line["means"] = meant
            lines.append(line)
        names.require_parents(root)
        self.begin(str(self._added) if name is None else name, ids[id(root)], upstream)
        self._added += 1
        for line in lines:
            self._write(line)

    def begin(self, name, root, upstream=1.0, meant=False):
        """Begins a graph, whose nodes follow line by line."""
        line = {"graph": str(name), "root": root, "upstream": _number(upstream)}
        self._write({**line, "meant": True} if meant else line)

    def write_line(self, line):
        """Writes a node's line as it is."""
        self._write(line)

    def _id(self, node):
        """A number that no other node of the file has; that of a leaf stays as long as the leaf lives."""
        known = self._leaves.get(id(node))
        if known is not None and known[0]() is node:
            return known[1]
        self._numbered += 1
        if not self._names.parents(node):
            try:
                held = weakref.ref(node)
            except TypeError:
                held = lambda: node  # noqa: E731: a class with __slots__ may allow no weak references
            self._leaves[id(node)] = (held, self._numbered - 1)
        return self._numbered - 1


class Training(_Lines):
    """A trace of a training run."""

    def __init__(self, path, training, parameters=None, engine="", precision=None):
        header = {"training": training}
        if parameters is not None:
            header["parameters"] = _by_tensor(parameters)
        super().__init__(path, "training", engine, precision, **header)

    def step(self, step, loss=None, outputs=None, gradients=None, clipped=None, learning_rate=None, parameters=None, optimizer=None, masks=None):
        """Records what there is of a step: gradients as the backward pass left them, parameters after the update, masks of dropout by layer."""
        line = {"step": step}
        if loss is not None:
            line["loss"] = _number(loss)
        if outputs is not None:
            line["outputs"] = _numbers(outputs)
        for key, numbers in (("gradients", gradients), ("clipped", clipped)):
            if numbers is not None:
                line[key] = _by_tensor(numbers)
        if learning_rate is not None:
            line["learning_rate"] = _number(learning_rate)
        if parameters is not None:
            line["parameters"] = _by_tensor(parameters)
        if optimizer is not None:
            line["optimizer"] = {name: _by_tensor(numbers) for name, numbers in optimizer.items()}
        if masks is not None:
            line["masks"] = {str(layer): _numbers(kept) for layer, kept in masks.items()}
        self._write(line)


def _by_tensor(tensors):
    return {name: _numbers(numbers) for name, numbers in tensors.items()}


def _numbers(x):
    """Numbers, in lists that are nested as they were given, or as an array gives them."""
    if x is None:
        return None
    if hasattr(x, "tolist"):
        x = x.tolist()
    return [_numbers(y) for y in x] if isinstance(x, (list, tuple)) else _number(x)


def _number(x):
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return x


def _order(root, names):
    """Every node after its parents."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            for parent in reversed(tuple(names.parents(node))):
                stack.append((parent, False))
    return order


def _call(node, names):
    """A node's op, its operands in order, one that is used twice given twice, and its settings. A leaf has neither op nor operands."""
    parents = names.parents(node)
    operands = list(parents)
    if not operands:
        return "", operands, []
    op, settings = names.op(node), names.settings(node)
    compute = _BINARY.get(op)
    if compute is None or settings or len(operands) > 2:
        if len(operands) == 2 and isinstance(parents, (set, frozenset)) and op not in _ORDERLESS:
            raise ValueError(_without_order(node, op, names))
        return op, operands, settings

    value = names.data(node)
    if len(operands) == 1:
        a = names.data(operands[0])
        fitting = {float(n) for n in _held(_backward_of(node)[0]).values() if _is_number(n) and _same(_try(compute, a, n), value)}
        if len(fitting) == 1:
            return op, operands, list(fitting)
        # A set of one under an op of two operands: used twice, except a minus sign that negates and a power with a number.
        is_twice = op not in ("-", "**", "^", "pow") or _same(_try(compute, a, a), value)
        return op, operands * 2 if isinstance(parents, (set, frozenset)) and is_twice else operands, settings

    if isinstance(parents, (set, frozenset)) and op not in _ORDERLESS:
        a, b = (names.data(operand) for operand in operands)
        forward, backward = _same(_try(compute, a, b), value), _same(_try(compute, b, a), value)
        if backward and not forward:
            operands.reverse()
        elif not forward and a != b:
            raise ValueError(_without_order(node, op, names, f", and neither {a} {op} {b} nor {b} {op} {a} is its value {value}"))
    return op, operands, settings


def _without_order(node, op, names, why=""):
    which = f"node {names.label(node)}" if names.label(node) else f"a {type(node).__name__}"
    if not op:
        return f"{which} does not say by which op it was computed: name the attribute in Names(op=...), or let the engine keep it in _op"
    return f"{which} ({op}) keeps its two operands in a set, which has no order{why}: keep a tuple, or name one in Names(parents=...)"


def _backward_of(node):
    """The function that passes a node's gradient back, and the method that made it; (None, "") where no op's method did."""
    value = getattr(node, "_backward", None)
    values = [value] if type(value) is types.FunctionType else getattr(node, "__dict__", {}).values()
    for value in values:
        if type(value) is types.FunctionType:
            method = _methods_by_code.get(value.__code__)
            if method is None:
                method = value.__qualname__.split(".<locals>")[0].rpartition(".")[2] if ".<locals>." in value.__qualname__ else ""
                method = _methods_by_code[value.__code__] = method if method in _OPERATORS or method in _METHODS else ""
            if method:
                return value, method
    return None, ""


def _held(function):
    """What a function holds of the method that made it, by the names of variables."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or ()) if function else ()
    return {name: cell.cell_contents for name, cell in cells if cell != _EMPTY}


def _is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def _try(compute, a, b):
    try:
        return compute(a, b)
    except (ArithmeticError, ValueError):
        return None


def _same(a, b):
    # The last digits may come from another formula, such as a product with a power for a quotient.
    return isinstance(a, float) and (a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-6))


if __name__ == "__main__":
    print("Nothing was recorded: this is to be imported by the program that runs your engine.\n")
    print(__doc__.rstrip())
