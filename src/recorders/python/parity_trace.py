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

Attributes are found by their usual names: data or value; grad; _prev, _children, parents, _parents or children; _op or op; label.
`Names(data=..., grad=..., parents=..., op=..., settings=..., label=...)` names others, or gives functions of a node.

An engine that keeps its operands in a set, as micrograd's `_prev` does, has lost their order and what was used twice. Both are found
again from the numbers where these tell: a + a and a * a are seen by the one operand, the order of a - b by which order gives the value.
Where they do not, because the engine also computes wrongly, the recorder says which node it was: let the engine keep a tuple.
"""

import json
import math
import os
import tempfile

__all__ = ["Graphs", "Names", "Training", "save", "watch"]

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
    "pow": lambda a, b: a**b,
    "%": lambda a, b: a % b,
    "remainder": lambda a, b: a % b,
}
_ORDERLESS = {"+", "add", "*", "mul", "max", "min", "maximum", "minimum", "sum", "mean"}


class Names:
    """How the attributes of an engine's nodes are called. Each is an attribute's name or a function of the node."""

    def __init__(self, data=None, grad=None, parents=None, op=None, settings=None, label=None):
        self._data = self._reader(data, ("data", "value", "val", "item"))
        self._grad = self._reader(grad, ("grad", "gradient"))
        self._parents = self._reader(parents, ("_prev", "_children", "parents", "_parents", "children", "prev"))
        self._op = self._reader(op, ("_op", "op"))
        self._settings = self._reader(settings, ("settings",))
        self._label = self._reader(label, ("label", "name"))

    @staticmethod
    def _reader(given, usual):
        if callable(given):
            return given
        names = (given,) if given is not None else usual

        def read(node):
            for name in names:
                if hasattr(node, name):
                    return getattr(node, name)
            if given is not None:
                raise AttributeError(f"{type(node).__name__} has no attribute {given!r}: name another in Names(...)")
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

    def parents(self, node):
        value = self._parents(node)
        return () if value is None else value

    def op(self, node):
        return str(self._op(node) or "")

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


def save(path, root, upstream=1.0, names=None, engine=""):
    """Records one graph."""
    with Graphs(path, names=names, engine=engine) as trace:
        trace.add(root, upstream=upstream)


class _Lines:
    """A file that appears whole when it is closed without an error, or not at all."""

    def __init__(self, path, kind, engine, **header):
        self._path = os.path.abspath(path)
        handle, self._temporary = tempfile.mkstemp(dir=os.path.dirname(self._path), prefix=os.path.basename(path) + ".")
        self._file = os.fdopen(handle, "w", encoding="utf-8", newline="\n")
        self._count = 0
        first = {"format": _FORMAT, "version": _VERSION, "kind": kind}
        if engine:
            first["engine"] = engine
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
    """A trace of graphs."""

    def __init__(self, path, names=None, engine=""):
        super().__init__(path, "graph", engine)
        self._names = names or Names()
        self._added = 0

    def add(self, root, name=None, upstream=1.0):
        """Records the graph that ends in a root, after the backward pass from there."""
        names = self._names
        order = _order(root, names)
        if all(hasattr(node, _MADE) for node in order):
            order.sort(key=lambda node: getattr(node, _MADE))
        ids = {id(node): i for i, node in enumerate(order)}
        self._write({"graph": str(self._added) if name is None else str(name), "root": ids[id(root)], "upstream": _number(upstream)})
        self._added += 1
        for node in order:
            line = {"id": ids[id(node)]}
            op = names.op(node)
            parents = _operands(node, op, names)
            if parents:
                line["op"] = op
                line["parents"] = [ids[id(parent)] for parent in parents]
            settings = names.settings(node)
            if settings:
                line["settings"] = [_number(x) for x in settings]
            line["value"] = _number(names.data(node))
            grad = names.grad(node)
            if grad is not None:
                line["gradient"] = _number(grad)
            label = names.label(node)
            if label is not None:
                line["label"] = label
            self._write(line)


class Training(_Lines):
    """A trace of a training run."""

    def __init__(self, path, training, parameters=None, engine=""):
        header = {"training": training}
        if parameters is not None:
            header["parameters"] = _by_tensor(parameters)
        super().__init__(path, "training", engine, **header)

    def step(self, step, loss=None, outputs=None, gradients=None, clipped=None, learning_rate=None, parameters=None, optimizer=None):
        """Records what there is of a step: gradients as the backward pass left them, parameters after the update."""
        line = {"step": step}
        if loss is not None:
            line["loss"] = _number(loss)
        if outputs is not None:
            line["outputs"] = [_number(x) for x in outputs]
        for key, numbers in (("gradients", gradients), ("clipped", clipped)):
            if numbers is not None:
                line[key] = _by_tensor(numbers)
        if learning_rate is not None:
            line["learning_rate"] = _number(learning_rate)
        if parameters is not None:
            line["parameters"] = _by_tensor(parameters)
        if optimizer is not None:
            line["optimizer"] = {name: _by_tensor(numbers) for name, numbers in optimizer.items()}
        self._write(line)


def _by_tensor(tensors):
    return {name: [None if x is None else _number(x) for x in numbers] for name, numbers in tensors.items()}


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


def _operands(node, op, names):
    """The operands in order, one that is used twice given twice."""
    parents = names.parents(node)
    operands = list(parents)
    if not operands:
        return operands
    is_set = isinstance(parents, (set, frozenset))
    value = names.data(node)
    compute = _BINARY.get(op)
    if len(operands) == 1 and compute is not None and is_set:
        # A set of one under an op of two operands: used twice, except a minus sign that negates and a power with a number.
        a = names.data(operands[0])
        if op == "-" and not _same(_try(compute, a, a), value):
            return operands
        if op in ("**", "pow") and (names.settings(node) or not _same(_try(compute, a, a), value)):
            return operands
        return operands * 2
    if len(operands) == 2 and is_set and op not in _ORDERLESS:
        if compute is None:
            raise ValueError(f"node {names.label(node) or ''} ({op}) keeps its two operands in a set, which has no order: keep a tuple, or name one in Names(parents=...)")
        a, b = (names.data(operand) for operand in operands)
        forward, backward = _same(_try(compute, a, b), value), _same(_try(compute, b, a), value)
        if forward or (not backward and a == b):
            return operands
        if backward:
            return operands[::-1]
        raise ValueError(
            f"node {names.label(node) or ''} ({op}) keeps its two operands in a set, which has no order, and neither {a} {op} {b} nor "
            f"{b} {op} {a} is its value {value}: keep a tuple, or name one in Names(parents=...)"
        )
    return operands


def _try(compute, a, b):
    try:
        return compute(a, b)
    except (ArithmeticError, ValueError):
        return None


def _same(a, b):
    # The last digits may come from another formula, such as a product with a power for a quotient.
    return isinstance(a, float) and (a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-6))
