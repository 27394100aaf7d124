"""Optimizers, their hooks, and a scheduler that wraps step() as PyTorch's do."""

import functools
import warnings
import weakref
from collections import defaultdict

from . import _OLD, Tensor, _Handle, _module, no_grad, tensor


class Optimizer:
    def __init__(self, parameters, **defaults):
        self.param_groups, self.state = [{"params": list(parameters), **defaults}], defaultdict(dict)
        self._optimizer_step_pre_hooks, self._optimizer_step_post_hooks = {}, {}

    def __init_subclass__(cls):
        inner = cls.__dict__.get("step")
        if inner is None:
            return

        @functools.wraps(inner)
        def step(self, *args, **kwargs):
            outermost = not self.__dict__.setdefault("_within", False)
            self._within = True
            try:
                for hook in tuple(self._optimizer_step_pre_hooks.values()) if outermost else ():
                    hook(self, args, kwargs)
                result = inner(self, *args, **kwargs)
                for hook in tuple(self._optimizer_step_post_hooks.values()) if outermost else ():
                    hook(self, args, kwargs)
            finally:
                self._within = not outermost
            return result

        cls.step = step

    if not _OLD:

        def register_step_pre_hook(self, hook):
            return _Handle(self._optimizer_step_pre_hooks, hook)

        def register_step_post_hook(self, hook):
            return _Handle(self._optimizer_step_post_hooks, hook)

    def zero_grad(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def _each(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    yield group, p, self.state[p]


class SGD(Optimizer):
    def __init__(self, parameters, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False, maximize=False):
        super().__init__(
            parameters, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov, maximize=maximize
        )

    def step(self, closure=None):
        with no_grad():
            for group, p, state in self._each():
                direction = p.grad.list
                if group["momentum"]:
                    buffer = state.get("momentum_buffer")
                    if buffer is None:
                        buffer = state["momentum_buffer"] = Tensor.of(direction, p.shape, p.dtype)
                    else:
                        buffer._put([group["momentum"] * b + g for b, g in zip(buffer.list, direction)])
                    direction = buffer.list
                p._put([x - group["lr"] * d for x, d in zip(p.list, direction)])


class Adam(Optimizer):
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, maximize=False):
        super().__init__(parameters, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize)

    def step(self, closure=None):
        with no_grad():
            for group, p, state in self._each():
                if not state:
                    state.update(step=tensor(0.0), exp_avg=Tensor(p.shape, p.dtype), exp_avg_sq=Tensor(p.shape, p.dtype))
                state["step"]._put([state["step"].item() + 1])
                first, second = group["betas"]
                m, v, g = state["exp_avg"], state["exp_avg_sq"], p.grad.list
                m._put([first * a + (1 - first) * x for a, x in zip(m.list, g)])
                v._put([second * a + (1 - second) * x * x for a, x in zip(v.list, g)])
                t = state["step"].item()
                scale, root = group["lr"] / (1 - first**t), (1 - second**t) ** 0.5
                p._put([x - scale * a / (b**0.5 / root + group["eps"]) for x, a, b in zip(p.list, m.list, v.list)])


class StepLR:
    """Wraps step() to see whether it is called, and warns where another has replaced it: 1.13 by a mark, 2.x by another."""

    def __init__(self, optimizer, step_size, gamma=0.1):
        self.optimizer, self.step_size, self.gamma, self.steps = optimizer, step_size, gamma, 0
        self.mark = "_with_counter" if _OLD else "_wrapped_by_lr_sched"
        if not hasattr(optimizer.step, self.mark):
            reference, function = weakref.ref(optimizer), optimizer.step.__func__

            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                instance = reference()
                instance._opt_called = True
                return function.__get__(instance, type(instance))(*args, **kwargs)

            setattr(wrapper, self.mark, True)
            optimizer.step = wrapper

    def step(self):
        if self.steps == 0:
            if not hasattr(self.optimizer.step, self.mark):
                warnings.warn("Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization.", stacklevel=2)
            elif not getattr(self.optimizer, "_opt_called", False):
                warnings.warn("Detected call of `lr_scheduler.step()` before `optimizer.step()`.", stacklevel=2)
        self.steps += 1
        if self.steps % self.step_size == 0:
            for group in self.optimizer.param_groups:
                group["lr"] *= self.gamma


lr_scheduler = _module("optim.lr_scheduler", StepLR=StepLR)
