"""Modules and their hooks."""

import math
import types
from collections import OrderedDict

from . import _OLD, Tensor, _Handle, _module, _rng, _with_graph, float32, no_grad


class Parameter(Tensor):
    def __init__(self, tensor):
        super().__init__(tensor.shape, tensor.dtype, tensor.storage)
        self.requires_grad = True


class UninitializedParameter(Parameter):
    pass


class Module:
    def __init__(self):
        self.__dict__.update(_parameters=OrderedDict(), _buffers=OrderedDict(), _modules=OrderedDict(), training=True)
        self.__dict__.update(_forward_pre_hooks=OrderedDict(), _forward_hooks=OrderedDict(), _with_kwargs=set(), _always=set())

    def __setattr__(self, name, value):
        if isinstance(value, (Parameter, Module)):
            self.__dict__.pop(name, None)
            self.__dict__["_parameters" if isinstance(value, Parameter) else "_modules"][name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(kind, {}):
                return self.__dict__[kind][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __call__(self, *args, **kwargs):
        result, done = None, set()
        try:
            for number, hook in tuple(self._forward_pre_hooks.items()):
                hook(self, args, kwargs) if number in self._with_kwargs else hook(self, args)
            result = self.forward(*args, **kwargs)
            for number, hook in tuple(self._forward_hooks.items()):
                done.add(number)
                changed = hook(self, args, kwargs, result) if number in self._with_kwargs else hook(self, args, result)
                result = result if changed is None else changed
            return result
        except Exception:
            for number, hook in tuple(self._forward_hooks.items()):
                if number in self._always and number not in done:
                    hook(self, args, kwargs, result) if number in self._with_kwargs else hook(self, args, result)
            raise

    if _OLD:

        def register_forward_pre_hook(self, hook):
            return _Handle(self._forward_pre_hooks, hook)

        def register_forward_hook(self, hook):
            return _Handle(self._forward_hooks, hook)

    else:

        def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
            return self._registered(self._forward_pre_hooks, hook, with_kwargs, False)

        def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
            return self._registered(self._forward_hooks, hook, with_kwargs, always_call)

    def _registered(self, hooks, hook, with_kwargs, always):
        handle = _Handle(hooks, hook)
        self._with_kwargs |= {handle.id} if with_kwargs else set()
        self._always |= {handle.id} if always else set()
        return handle

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        memo = set() if memo is None else memo
        if self not in memo or not remove_duplicate:
            memo.add(self)
            yield prefix, self
            for name, module in self._modules.items():
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self):
        return (module for _, module in self.named_modules())

    def _named(self, kind, recurse):
        seen = set()
        for prefix, module in self.named_modules() if recurse else [("", self)]:
            for name, tensor in module.__dict__[kind].items():
                if id(tensor) not in seen:
                    seen.add(id(tensor))
                    yield f"{prefix}.{name}" if prefix else name, tensor

    def named_parameters(self, prefix="", recurse=True):
        return self._named("_parameters", recurse)

    def named_buffers(self, prefix="", recurse=True):
        return self._named("_buffers", recurse)

    def parameters(self):
        return (parameter for _, parameter in self.named_parameters())

    def train(self, mode=True):
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        return self.train(False)


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bound = in_features**-0.5

        def draw(*shape):
            return Parameter(Tensor.of([_rng.uniform(-bound, bound) for _ in range(math.prod(shape))], shape, float32))

        self.weight = draw(out_features, in_features)
        self.bias = draw(out_features) if bias else None

    def forward(self, x):
        return functional.linear(x, self.weight, self.bias)


class Tanh(Module):
    def forward(self, x):
        return x.tanh()


class Identity(Module):
    def forward(self, x):
        return x


class Sequential(Module):
    def __init__(self, *modules):
        super().__init__()
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def forward(self, x):
        for module in self._modules.values():
            x = module(x)
        return x


def _linear(x, weight, bias=None):
    (rows, n), m = x.shape, weight.shape[0]
    a, w, b = x.list, weight.list, bias.list if bias is not None else [0.0] * m
    out = Tensor.of([sum(a[r * n + k] * w[j * n + k] for k in range(n)) + b[j] for r in range(rows) for j in range(m)], (rows, m), x.dtype)

    def back(g):
        g = g.list
        to_x = [sum(g[r * m + j] * w[j * n + k] for j in range(m)) for r in range(rows) for k in range(n)]
        to_w = [sum(g[r * m + j] * a[r * n + k] for r in range(rows)) for j in range(m) for k in range(n)]
        to_b = [sum(g[r * m + j] for r in range(rows)) for j in range(m)]
        return [Tensor.of(d, t.shape, t.dtype) for d, t in zip((to_x, to_w, to_b), (x, weight, bias)) if t is not None]

    return _with_graph(out, [t for t in (x, weight, bias) if t is not None], back)


def _clip_grad_norm(parameters, max_norm):
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = sum(x * x for g in gradients for x in g.list) ** 0.5
    with no_grad():
        for g in gradients:
            g.mul_(min(max_norm / (norm + 1e-6), 1.0))
    return norm


_module("nn.modules")
for _kind, _home in ((Linear, "linear"), (Identity, "linear"), (Tanh, "activation"), (Sequential, "container")):
    _module(f"nn.modules.{_home}").__dict__[_kind.__name__] = _kind
    _kind.__module__ = f"torch.nn.modules.{_home}"
functional = _module("nn.functional", linear=_linear)
utils = _module("nn.utils", clip_grad_norm_=_clip_grad_norm)
parameter = _module("nn.parameter", Parameter=Parameter, UninitializedParameter=UninitializedParameter)
parallel = types.SimpleNamespace(DataParallel=type("DataParallel", (Module,), {}), DistributedDataParallel=type("DistributedDataParallel", (Module,), {}))
TransformerEncoder, TransformerEncoderLayer, MultiheadAttention = (
    type(name, (Module,), {}) for name in ("TransformerEncoder", "TransformerEncoderLayer", "MultiheadAttention")
)
