"""What the recorder and its checks use of PyTorch, for machines without it: small tensors, autograd, modules, optimizers, hooks.

TORCH_STAND_IN chooses between the hooks of 1.13 (no keyword arguments, no hooks of steps, hooks of a tensor stay with the function that made it
first) and those of 2.x. Numbers are computed one by one.
"""

import array
import contextlib
import heapq
import itertools
import math
import os
import random
import sys
import types
import weakref

IS_STAND_IN = True
_OLD = os.environ.get("TORCH_STAND_IN") == "1.13"
__version__ = "1.13.0+stand-in" if _OLD else "2.11.0+stand-in"


class dtype:
    def __init__(self, name, code):
        self.name, self.code, self.itemsize = name, code, array.array(code).itemsize

    def __repr__(self):
        return f"torch.{self.name}"


float64, float32, int64, int32 = dtype("float64", "d"), dtype("float32", "f"), dtype("int64", "q"), dtype("int32", "i")
int16, int8, uint8, bool = dtype("int16", "h"), dtype("int8", "b"), dtype("uint8", "B"), dtype("bool", "B")  # noqa: A001
float16, bfloat16 = dtype("float16", "H"), dtype("bfloat16", "H")
strided, sparse_coo = "strided", "sparse_coo"
_cpu = type("device", (), {"type": "cpu", "__str__": lambda self: "cpu"})()
_rng, _seed = random.Random(0), [67280421310721]
_grad_mode, _made = [True], itertools.count()


def manual_seed(seed):
    _seed[0] = seed
    _rng.seed(seed)


def initial_seed():
    return _seed[0]


def get_num_threads():
    return 1


def is_grad_enabled():
    return _grad_mode[0]


@contextlib.contextmanager
def no_grad():
    before, _grad_mode[0] = _grad_mode[0], False
    try:
        yield
    finally:
        _grad_mode[0] = before


class Node:
    """A function of the graph: the tensors that it was given, and what passes a gradient back to them."""

    def __init__(self, inputs, back):
        self.inputs, self.back, self.made = inputs, back, next(_made)
        self.hooks, self.after, self.retained = [], {}, weakref.WeakSet()

    def register_hook(self, hook):
        return _Handle(self.after, hook)


class _Handle:
    ids = itertools.count()

    def __init__(self, hooks, hook):
        self.hooks, self.id = hooks, next(_Handle.ids)
        hooks[self.id] = hook

    def remove(self):
        self.hooks.pop(self.id, None)


class Tensor:
    layout, device, is_quantized, output_nr = strided, _cpu, False, 0

    def __init__(self, shape, dtype, storage=None, offset=0, version=None):
        self.shape, self.dtype = tuple(shape), dtype
        self.storage = array.array(dtype.code, bytes(dtype.itemsize * self.numel())) if storage is None else storage
        self.offset, self.version = offset, version or [0]
        self.requires_grad, self.grad, self.grad_fn, self.retains, self._backward_hooks = False, None, None, False, None

    @classmethod
    def of(cls, numbers, shape, dtype):
        return cls(shape, dtype, array.array(dtype.code, numbers))

    # Numbers.
    numel = lambda self: math.prod(self.shape)  # noqa: E731
    dim = lambda self: len(self.shape)  # noqa: E731
    element_size = lambda self: self.dtype.itemsize  # noqa: E731
    is_floating_point = lambda self: self.dtype in (float32, float64)  # noqa: E731
    is_contiguous = lambda self: True  # noqa: E731
    is_inference = lambda self: False  # noqa: E731
    data_ptr = lambda self: self.storage.buffer_info()[0] + self.offset * self.dtype.itemsize  # noqa: E731
    list = property(lambda self: self.storage[self.offset : self.offset + self.numel()])
    _version = property(lambda self: self.version[0])
    is_leaf = property(lambda self: self.grad_fn is None)
    data = property(lambda self: Tensor(self.shape, self.dtype, self.storage, self.offset))

    def tolist(self):
        def nested(numbers, shape):
            if not shape:
                return numbers[0]
            size = len(numbers) // shape[0] if shape[0] else 0
            return [nested(numbers[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]

        return nested(self.list.tolist(), self.shape)

    def item(self):
        (number,) = self.list
        return number

    __float__ = item

    def __bool__(self):
        return self.item() != 0

    def __len__(self):
        return self.shape[0]

    def detach(self):
        return Tensor(self.shape, self.dtype, self.storage, self.offset, self.version)

    cpu = contiguous = to_dense = lambda self: self

    def to(self, dtype, copy=False):
        return Tensor.of(map(float, self.list) if dtype in (float32, float64) else map(int, self.list), self.shape, dtype)

    def view(self, what):
        return Tensor((self.numel() * self.dtype.itemsize // what.itemsize,), what, array.array(what.code, self.list.tobytes()))

    def reshape(self, *shape):
        shape = shape[0] if isinstance(shape[0], (tuple, list)) else shape
        known = math.prod(n for n in shape if n >= 0)
        shape = [n if n >= 0 else self.numel() // known if known else 0 for n in shape]
        out = Tensor(shape, self.dtype, self.storage, self.offset, self.version)
        return _with_graph(out, [self], lambda g: [g.reshape(self.shape)])

    def __getitem__(self, key):
        if isinstance(key, int):
            return self[key : key + 1].reshape(self.shape[1:])
        if isinstance(key, slice):
            start, stop, _ = key.indices(self.shape[0])
            size = self.numel() // self.shape[0]
            return Tensor((stop - start, *self.shape[1:]), self.dtype, self.storage, self.offset + start * size, self.version)
        return Tensor.of(*(lambda kept: (kept, (len(kept),)))([x for x, keep in zip(self.list, key.list) if keep]), self.dtype)

    def _rows(self):
        return [self[i : i + 1].list for i in range(len(self))]

    def _reduced(self, of):
        return Tensor.of([of(row) for row in self._rows()], self.shape[:1], self.dtype)

    def sqrt(self):
        return Tensor.of([math.sqrt(x) for x in self.list], self.shape, self.dtype)

    def clone(self):
        return Tensor.of(self.list, self.shape, self.dtype)

    def index_select(self, dim, places):
        rows = [self.list] if self.dim() == 1 else self._rows()
        return Tensor.of([row[i] for row in rows for i in places.list], (*self.shape[:-1], *places.shape), self.dtype)

    def any(self):
        return Tensor.of([any(x != 0 for x in self.list)], (), bool)

    def __ne__(self, other):
        return self is not other

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    # Changes in place.
    def _put(self, numbers, node_inputs=None, back=None):
        if self.requires_grad and is_grad_enabled() and self.is_leaf:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        self.storage[self.offset : self.offset + self.numel()] = array.array(self.dtype.code, numbers)
        self.version[0] += 1
        if back is not None and is_grad_enabled() and any(t.requires_grad for t in node_inputs):
            before = Tensor(self.shape, self.dtype)
            before.requires_grad, before.grad_fn = self.requires_grad, self.grad_fn
            _with_graph(self, [before, *node_inputs[1:]], back)
            if not _OLD:
                self._backward_hooks = None
        return self

    def copy_(self, other):
        return self._put([float(x) for x in other.list] if self.is_floating_point() else other.list)

    def mul_(self, other):
        if isinstance(other, Tensor):
            return self._put([a * b for a, b in zip(self.list, other.list)])
        return self._put([a * other for a in self.list], [self], lambda g: [g * other])

    def clamp_(self, low, high):
        return self._put([min(max(x, low), high) for x in self.list])

    def __isub__(self, other):
        return self._put([a - b for a, b in zip(self.list, other.list)])

    def requires_grad_(self, value=True):
        self.requires_grad = value
        return self

    # Arithmetic: of tensors of one shape, or with one number.
    def __add__(self, other):
        return _pairwise(self, other, lambda a, b: a + b, lambda g, a, b: g, lambda g, a, b: g)

    def __sub__(self, other):
        return _pairwise(self, other, lambda a, b: a - b, lambda g, a, b: g, lambda g, a, b: -g)

    def __mul__(self, other):
        return _pairwise(self, other, lambda a, b: a * b, lambda g, a, b: g * b, lambda g, a, b: g * a)

    def __neg__(self):
        return self * -1.0

    __radd__, __rmul__ = __add__, __mul__

    def __matmul__(self, other):
        rows, columns = other.shape
        turned = [other.list[i * columns + j] for j in range(columns) for i in range(rows)]
        return nn.functional.linear(self, Tensor.of(turned, (columns, rows), other.dtype))

    def sum(self, dim=None):
        if dim is not None:
            return self._reduced(sum)
        kind = self.dtype if self.is_floating_point() else int64
        out = Tensor.of([_rounded_sum(self.list) if kind is float32 else sum(self.list)], (), kind)
        return _with_graph(out, [self], lambda g: [Tensor.of([g.item()] * self.numel(), self.shape, self.dtype)])

    def mean(self):
        return self.sum() * (1 / self.numel())

    def tanh(self):
        out = Tensor.of([math.tanh(x) for x in self.list], self.shape, self.dtype)
        values = out.list
        return _with_graph(out, [self], lambda g: [Tensor.of([d * (1 - y * y) for d, y in zip(g.list, values)], g.shape, g.dtype)])

    # Gradients.
    def register_hook(self, hook):
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self._backward_hooks is None:
            self._backward_hooks = {}
            if self.grad_fn is not None:
                self.grad_fn.hooks.append(self._backward_hooks)
        return _Handle(self._backward_hooks, hook)

    def retain_grad(self):
        self.grad_fn.retained.add(self)

    def backward(self, gradient=None):
        autograd.backward(self, gradient)

    def __reduce_ex__(self, protocol):
        return _rebuilt, (type(self), self.shape, self.dtype.name, self.list.tobytes(), self.requires_grad)

    def __deepcopy__(self, memo):
        return memo.setdefault(id(self), _rebuilt(*self.__reduce_ex__(2)[1]))


def _rebuilt(kind, shape, name, data, requires_grad):
    tensor = kind.__new__(kind)
    Tensor.__init__(tensor, shape, globals()[name], array.array(globals()[name].code, data))
    return tensor.requires_grad_(requires_grad)


def _rounded_sum(numbers):
    total = array.array("f", [0])
    for x in numbers:
        total[0] += x
    return total[0]


def _with_graph(out, inputs, back):
    if is_grad_enabled() and any(t.requires_grad for t in inputs):
        out.requires_grad, out.grad_fn = True, Node(inputs, back)
    return out


def _pairwise(a, b, value, to_a, to_b):
    if not isinstance(b, Tensor):
        b = Tensor.of([b], (), a.dtype)
    out_of = a if a.numel() >= b.numel() else b
    n = out_of.numel()
    x, y = (t.list if t.numel() == n else array.array(t.dtype.code, [t.item()] * n) for t in (a, b))
    out = Tensor.of(map(value, x, y), out_of.shape, out_of.dtype)

    def back(g):
        both = [list(map(to, g.list, x, y)) for to in (to_a, to_b)]
        return [Tensor.of(d if t.numel() == n else [_rounded_sum(d)], t.shape, t.dtype) for d, t in zip(both, (a, b))]

    return _with_graph(out, [a, b], back)


def _backward(tensors, grad_tensors=None):
    (root,) = [tensors] if isinstance(tensors, Tensor) else tensors
    if not root.requires_grad:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    waiting, gradients, ready = [], {}, {}

    def arrives(tensor, gradient):
        node = tensor.grad_fn
        if node is None:
            gradients.setdefault(id(tensor), [tensor, []])[1].append(gradient)
            return
        if id(node) not in ready:
            ready[id(node)] = gradient
            heapq.heappush(waiting, (-node.made, node))
        else:
            ready[id(node)] = ready[id(node)] + gradient

    with no_grad():
        arrives(root, grad_tensors or ones(*root.shape))
        while waiting:
            _, node = heapq.heappop(waiting)
            gradient = ready.pop(id(node))
            for hooks in node.hooks:
                gradient = _hooked(hooks, gradient)
            for tensor in node.retained:
                tensor.grad = gradient
            given = node.back(gradient)
            for hook in list(node.after.values()):
                hook(tuple(given), (gradient,))
            for tensor, share in zip(node.inputs, given):
                if tensor.requires_grad:
                    arrives(tensor, share)
        for tensor, shares in gradients.values():
            total = shares[0]
            for share in shares[1:]:
                total = total + share
            total = _hooked(tensor._backward_hooks or {}, total)
            if tensor.grad is None:
                tensor.grad = Tensor.of(total.list, total.shape, total.dtype)
            else:
                tensor.grad._put([a + b for a, b in zip(tensor.grad.list, total.list)])


def _hooked(hooks, gradient):
    for hook in list(hooks.values()):
        result = hook(gradient)
        gradient = gradient if result is None else result
    return gradient


def tensor(data, dtype=None, device=None):
    shape, numbers = [], [data]
    while numbers and isinstance(numbers[0], (list, tuple)):
        shape.append(len(numbers[0]))
        numbers = [x for row in numbers for x in row]
    whole = numbers and not any(isinstance(x, float) for x in numbers)
    return Tensor.of(numbers, shape, dtype or (int64 if whole else float32))


def empty(*shape, dtype=float32, device=None):
    return Tensor(shape[0] if shape and isinstance(shape[0], tuple) else shape, dtype)


zeros = empty
ones = lambda *shape: Tensor.of([1.0] * math.prod(shape), shape, float32)  # noqa: E731
rand = lambda *shape: Tensor.of([_rng.random() for _ in range(math.prod(shape))], shape, float32)  # noqa: E731
randn = lambda *shape: Tensor.of([_rng.gauss(0, 1) for _ in range(math.prod(shape))], shape, float32)  # noqa: E731
equal = lambda a, b: a.list == b.list  # noqa: E731


def stack(tensors):
    numbers = [x for t in tensors for x in t.list]
    return Tensor.of(numbers, (len(tensors), *tensors[0].shape), tensors[0].dtype)


Tensor.amin = lambda t, dim: t._reduced(lambda row: math.nan if any(x != x for x in row) else min(row))
Tensor.amax = lambda t, dim: t._reduced(lambda row: math.nan if any(x != x for x in row) else max(row))


def _module(name, **members):
    made = sys.modules.setdefault(f"torch.{name}", types.ModuleType(f"torch.{name}"))
    made.__dict__.update(members)
    return made


autograd = _module("autograd", backward=_backward)
version, jit = _module("version", cuda=None), _module("jit", ScriptModule=type("ScriptModule", (), {}))
from . import nn, optim  # noqa: E402
