"""Records what a training run of PyTorch computes, for `parity diff` (docs/recording-format.md).

Copy this file beside your script; it needs PyTorch 1.13 or later, Python 3.8 or later, and nothing else. MIT licence.

Around a training loop:

    import parity_torch
    with parity_torch.record("original", model, optimizer, steps=3):
        for x, y in batches:
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()

Without a block, and with targets of a loss that is a function:

    run = parity_torch.record("original", model, optimizer, steps=3)
    for x, y in batches:
        run.targets(y)
        ...
    run.close()

`help(parity_torch.record)` explains the rest; `python -m parity_torch original` prints a summary of a recording and checks that it is whole.

What a script computes stays the same: no random number is drawn, no node added to a graph, no graph kept, no tensor changed.
"""

import binascii
import contextlib
import ctypes
import dataclasses
import functools
import hashlib
import inspect
import json
import math
import os
import platform
import re
import struct
import sys
import types
import warnings
import weakref
from collections.abc import Mapping

import torch

__all__ = ["Run", "check", "record", "start"]

_FORMAT, _VERSION = "micrograd-parity-recording", 1
_SAMPLE = 64
# Number of elements of a tensor whose statistics are computed together with those of others.
_SMALL = 4096

_DTYPES = {
    torch.float64: ("float64", "F64"),
    torch.float32: ("float32", "F32"),
    torch.float16: ("float16", "F16"),
    torch.bfloat16: ("bfloat16", "BF16"),
    torch.int64: ("int64", "I64"),
    torch.int32: ("int32", "I32"),
    torch.int16: ("int16", "I16"),
    torch.int8: ("int8", "I8"),
    torch.uint8: ("uint8", "U8"),
    torch.bool: ("bool", "BOOL"),
}
# Integers and bfloat16 and float16 as signed integers of their size, to compare bits.
_BITS = {8: torch.int64, 4: torch.int32, 2: torch.int16, 1: torch.uint8}

# What PyTorch's generator on the CPU is seeded with where nobody has (c10::detail::default_rng_seed_val).
_UNSEEDED = 67280421310721


def record(
    folder,
    model,
    optimizer=None,
    *,
    keep="all",
    every=1,
    steps=None,
    criterion=None,
    name=None,
    seed=None,
    overwrite=False,
    strict=False,
):
    """Starts to record a training run into a folder. Returns a `Run`: use it in a `with`, or call its `close()`.

    folder      where the recording is written. It must not exist, or be empty, or hold a recording that `overwrite` allows to replace.
    model       an nn.Module on one device. Record before torch.compile and without DataParallel; of DistributedDataParallel the
                module within is recorded.
    optimizer   the optimizer whose step() ends a step of the run. Without one, call `run.step()` where a step ends.
    keep        "all": every number, 3 to 6 times the model's size a step. "statistics": sum, norm and 64 elements of each tensor, of
                small ones also the least and greatest; enough to find the first step and module that differ. "hashes": whether the bits are the same.
    every       records the steps 0, N, 2N, …
    steps       stops after this many recorded steps; the script goes on.
    criterion   the loss, where it is an nn.Module: its targets and its options are then recorded. Targets of a loss that is a
                function are recorded by `run.targets(y)`.
    name        the run's name in reports, unless it is the folder's.
    seed        the seed, unless it is the one given to torch.manual_seed.
    overwrite   replaces a recording that is in the folder.
    strict      raises what goes wrong while recording. Otherwise the recorder warns once and stops, and the script goes on.

    A step is what led to one optimizer.step(): forward passes from which a backward pass came, the loss, gradients of what modules gave and
    of parameters, gradients again if they were changed before the step (clipped, unscaled), and afterwards parameters, buffers and the
    optimizer's state. Several backward passes in a step are gradient accumulation. Forward passes without a backward pass, such as a
    validation, are not recorded, nor are modules whose forward() is called past __call__.

    With GradScaler the loss and the gradients up to the step are the scaled ones; `run.loss(loss)` records the loss itself.
    """
    return Run(folder, model, optimizer, keep, every, steps, criterion, name, seed, overwrite, strict)


start = record


class Run:
    """A recording in progress; `record` starts it."""

    def __init__(self, folder, model, optimizer, keep, every, steps, criterion, name, seed, overwrite, strict):
        if keep not in ("all", "statistics", "hashes"):
            raise ValueError(f'keep is {keep!r}, and must be "all", "statistics" or "hashes"')
        for key, value in (("every", every), ("steps", steps)):
            if not (isinstance(value, int) and not isinstance(value, bool) and value >= 1) and not (key == "steps" and value is None):
                raise ValueError(f"{key} is {value!r}, and must be a whole number from 1")
        if sys.byteorder != "little":
            raise RuntimeError("recordings are little-endian, and this processor is not")
        model = _unwrapped(model)
        optimizer = _unwrapped_optimizer(optimizer)
        if criterion is not None and not isinstance(criterion, torch.nn.Module):
            raise TypeError("criterion must be an nn.Module; give the targets of a loss that is a function to run.targets(y)")
        self._model, self._optimizer, self._criterion = model, optimizer, criterion
        self._keep, self._every, self._steps, self._strict = keep, every, steps, strict
        self._modules = list(model.named_modules())
        self._name_of = {id(module): name for name, module in self._modules}
        self._parameters = list(model.named_parameters())
        if not self._parameters:
            raise ValueError("the model has no parameters: there is nothing to train, and nothing to record")
        for parameter_name, parameter in self._parameters:
            if isinstance(parameter, torch.nn.parameter.UninitializedParameter):
                raise ValueError(f"the parameter {parameter_name!r} has no shape yet (a lazy module): run the model once, then record")
        self._index = self._recorded = 0
        self._closed = self._in_backward = self._stepping = self._fired = False
        self._stack, self._handles, self._paused, self._restore = [], [], False, []
        self._clear()
        self._folder = _Folder(folder, overwrite)
        try:
            self._values = _Values(keep)
            for line in self._header(name, seed):
                self._folder.line(line)
            self._write({"kind": "initial"}, self._state_of_model(), "initial.safetensors")
            self._attach()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        self.close()

    @property
    def recorded(self):
        """Number of steps that are written."""
        return self._recorded

    def targets(self, *targets):
        """Records what the loss is computed against: tensors, or tuples, lists and dictionaries of them. Call it once a forward pass."""
        self._guard(self._targets, targets)

    def loss(self, loss):
        """Records this number as the loss of the next or latest backward pass, in place of the one that the pass starts from."""
        self._guard(self._loss, loss)

    def step(self):
        """Ends a step of a loop that updates parameters by itself. With an optimizer, its step() does."""
        self._guard(self._before_step, ())
        self._guard(self._after_step)

    def close(self):
        """Ends the recording: takes all hooks away and closes the index. What was recorded of a step that has not ended is dropped."""
        if self._closed:
            return
        self._closed = True
        self._detach()
        self._clear()
        self._folder.close()

    # What never fails: a mistake of the recorder, or a full disk, must not end a training of hours.

    def _guard(self, action, *args):
        if self._closed:
            return None
        try:
            return action(*args)
        except Exception as error:
            self.close()
            if self._strict:
                raise
            warnings.warn(
                f"parity_torch: recording into {self._folder.path} stopped at step {self._index} and the script goes on: "
                f"{type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=3,
            )
            return None

    # The lines that hold for the whole run.

    def _header(self, name, seed):
        first = self._parameters[0][1]
        counts = {}
        for _, parameter in self._parameters:
            counts[parameter.dtype] = counts.get(parameter.dtype, 0) + parameter.numel()
        seed = torch.initial_seed() if seed is None else seed
        versions = {"torch": str(torch.__version__), "python": platform.python_version()}
        if first.device.type == "cuda":
            versions["cuda"] = str(torch.version.cuda)
        yield {
            "kind": "recording",
            "format": _FORMAT,
            "version": _VERSION,
            "name": os.path.basename(self._folder.path) if name is None else str(name),
            "framework": "PyTorch",
            "versions": versions,
            "device": str(first.device),
            "threads": torch.get_num_threads(),
            **({} if seed == _UNSEEDED else {"seed": seed}),
            "dtype": _dtype(max(counts, key=counts.get)),
            "keep": self._keep,
            "every": self._every,
        }
        line = {"kind": "modules", "modules": [{"name": name, **_described(module)} for name, module in self._modules]}
        if self._criterion is not None:
            line["criterion"] = _described(self._criterion)
        yield line
        yield {
            "kind": "parameters",
            "parameters": _listed(self._model, "named_parameters", self._parameters),
            "buffers": _listed(self._model, "named_buffers", list(self._model.named_buffers())),
        }
        self._options = []
        if self._optimizer is not None:
            names = {id(parameter): name for name, parameter in self._parameters}
            groups = self._optimizer.param_groups
            self._options = [_group_options(group) for group in groups]
            yield {
                "kind": "optimizer",
                "type": type(self._optimizer).__name__,
                "groups": [
                    {"parameters": [names.get(id(p), "?") for p in group["params"]], "options": options}
                    for group, options in zip(groups, self._options)
                ],
            }

    # Hooks.

    def _attach(self):
        # with_kwargs is there since 2.0, always_call since 2.1; before, keyword arguments of a call are not seen.
        can = inspect.signature(torch.nn.Module.register_forward_hook).parameters
        self._pre_options = {"with_kwargs": True} if "with_kwargs" in can else {}
        self._post_options = {**self._pre_options, **({"always_call": True} if "always_call" in can else {})}
        self._hook_modules(self._modules)
        # Since 2.4 an encoder takes its fast path in evaluation only where no hook is on it: then there must be none.
        encoders = (torch.nn.TransformerEncoder, torch.nn.TransformerEncoderLayer, torch.nn.MultiheadAttention)
        self._has_fast_path = any(isinstance(module, encoders) for _, module in self._modules)
        if self._criterion is not None and id(self._criterion) not in self._name_of:
            self._restore.append(self._criterion.register_forward_hook(_Hook(self._after_criterion)).remove)
        optimizer = self._optimizer
        if hasattr(optimizer, "register_step_pre_hook"):  # since 2.0
            self._restore.append(optimizer.register_step_pre_hook(_Hook(lambda o, a, k: self._guard(self._before_step, a, k))).remove)
            self._restore.append(optimizer.register_step_post_hook(_Hook(lambda o, a, k: self._guard(self._after_step))).remove)
        elif optimizer is not None:
            self._restore.append(self._wrap_step(optimizer))
        _runs.append(self)
        _watch_backward()

    def _hook_modules(self, modules):
        for _, module in modules:
            try:
                pre = module.register_forward_pre_hook(_Hook(self._before_call), **self._pre_options)
                post = module.register_forward_hook(_Hook(self._after_call), **self._post_options)
            except RuntimeError:
                continue  # a module of torch.jit, which takes no hooks
            self._handles.append((module, pre, post))

    def _detach(self):
        if self in _runs:
            _runs.remove(self)
            _watch_backward()
        for _, *handles in self._handles:
            for handle in handles:
                handle.remove()
        for restore in self._restore:
            restore()
        self._handles, self._restore = [], []

    def _wrap_step(self, optimizer):
        """Replaces the instance's step() and returns what puts it back: the way before 2.0.

        A scheduler of 1.13 wraps step() as well. One that was made before has marked it (_with_counter), which is kept; one that is made
        later needs a bound method (it takes __func__), and calls ours, which by then may have ended.
        """
        was = optimizer.__dict__.get("step")
        inner = optimizer.step

        @functools.wraps(inner)
        def step(_, *args, **kwargs):
            self._guard(self._before_step, args, kwargs)
            result = inner(*args, **kwargs)
            self._guard(self._after_step)
            return result

        ours = types.MethodType(step, optimizer)
        optimizer.step = ours

        def restore():
            if optimizer.__dict__.get("step") is ours:
                if was is None:
                    del optimizer.step
                else:
                    optimizer.step = was

        return restore

    # What a step has gathered.

    def _clear(self):
        self._entries, self._passes, self._known, self._lying = [], [], {}, {}
        self._gradients, self._clipped, self._rates, self._changed = {}, [], [], []
        self._backwards = self._mark = 0
        self._given_losses = False
        self._target_calls = 0
        for handle in getattr(self, "_on_leaves", ()):
            handle.remove()
        self._on_leaves, self._results = [], {}

    def _is_recording(self):
        return not self._closed and self._index % self._every == 0

    def _add(self, entry, tensor=None):
        if tensor is not None:
            # A view has the numbers of what it is a view of; copies of all numbers are one each.
            behind = self._behind(tensor) if self._keep != "all" else None
            entry.value = self._values.take(tensor) if behind is None else behind.base.value
            entry.shape, entry.dtype = list(tensor.shape), tensor.dtype
        self._entries.append(entry)
        return entry

    def _find(self, tensor):
        """The entry with this tensor's numbers, unless it was changed since."""
        known = self._known.get(id(tensor))
        return known.entry if known is not None and known.tensor() is tensor and known.is_unchanged(tensor) else None

    def _behind(self, tensor):
        """The entry with a tensor's numbers, in this shape or another: of logits.view(-1, n) that of the logits."""
        known = self._lying.get(_memory(tensor))
        other = known.tensor() if known is not None else None
        return known.entry if other is not None and known.is_unchanged(other) else None

    def _remember(self, tensor, entry):
        known = _Known(tensor, entry)
        self._known[id(tensor)] = known
        if known.memory is not None:
            self._lying[known.memory] = known

    # Forward.

    def _before_call(self, module, args, kwargs=None):
        if self._is_recording() and id(module) in self._name_of:
            self._guard(self._enter, module, args, kwargs or {})

    def _after_call(self, module, args, *rest):
        if self._stack and id(module) in self._name_of:
            self._guard(self._leave, module, rest[-1])

    def _enter(self, module, args, kwargs):
        if module is self._model and self._stack and "always_call" not in self._post_options:
            self._stack.clear()  # an exception left the pass before: until 2.0 no hook tells
        if not self._stack and not torch.is_grad_enabled():
            self._pause(module)
        if (self._stack and self._stack[-1][1] is None) or self._in_backward or not torch.is_grad_enabled() and not self._stack:
            self._stack.append((module, None))  # a validation, or a checkpoint that is computed again
            return
        if not self._stack:
            self._passes = [p for p in self._passes if p.fired or not p.had_graph or p.token() is not None]
            self._begin_pass()
        call = _Call(self._name_of[id(module)], self._passes[-1], module.training)
        self._stack.append((module, call))
        for i, leaf in enumerate(_leaves((*args, *kwargs.values()))):
            entry = None
            if isinstance(leaf, torch.Tensor) and _is_recordable(leaf):
                entry = self._find(leaf)
                if entry is None:
                    is_batch = module is self._model
                    entry = _Entry("batch" if is_batch else "input", "inputs" if is_batch else call.name, call, part=i)
                    self._remember(leaf, self._add(entry, leaf))
            call.inputs.append(entry)
        while call.inputs and call.inputs[-1] is None:
            call.inputs.pop()

    def _begin_pass(self):
        dead = [e for e in self._entries if e.pass_ is not None and not e.pass_.fired and e.pass_ not in self._passes]
        for entry in dead:
            entry.gone, entry.value = True, None
        self._passes.append(_Pass())

    def _leave(self, module, output):
        while self._stack:
            top, call = self._stack.pop()
            if top is module:
                break
        else:
            return
        if call is None:
            if self._in_backward and output is not None:
                self._computed_again(self._name_of[id(module)], output)
            elif not self._stack:
                self._resume()
            return
        for part, tensor in enumerate(t for t in _leaves((output,)) if isinstance(t, torch.Tensor)):
            if not _is_recordable(tensor):
                continue
            known = self._find(tensor)
            earlier = self._known.get(id(tensor))
            was_hooked = earlier is not None and earlier.tensor() is tensor and earlier.entry.base.hooked
            entry = _Entry("output", call.name, call, part=part, inputs=call.inputs, training=call.training)
            if known is not None:
                entry.same = known
                self._add(entry)
            else:
                self._remember(tensor, self._add(entry, tensor))
            self._watch_gradient(tensor, entry.base, entry, was_hooked)

    def _watch_gradient(self, tensor, base, entry, was_hooked):
        if entry not in base.aliases:
            base.aliases.append(entry)
        if base.hooked or not tensor.requires_grad:
            return
        base.hooked = entry.pass_.had_graph = True
        token = entry.pass_.token()
        if token is None:
            entry.pass_.renew()
            token = entry.pass_.kept_token
        hook = _Hook(functools.partial(self._gradient_came, base, token))
        entry.pass_.kept_token = None
        if was_hooked and tensor.grad_fn is not None:
            # Changed in place since its first hook. Until 2.0 all hooks of a tensor stay with the function that made it first, and
            # would be given that one's gradient; the function that made it last is asked instead.
            place = tensor.output_nr
            tensor.grad_fn.register_hook(_Hook(lambda inputs, outputs: hook(outputs[place])))
            return
        handle = tensor.register_hook(hook)
        if tensor.is_leaf:
            self._on_leaves.append(handle)

    def _computed_again(self, name, output):
        """A checkpoint's module, computed again during the backward pass: only now there is a graph whose gradients can be seen."""
        found = [e for e in self._entries if e.quantity == "output" and e.of == name and not e.gone]
        tensors = [t for t in _leaves((output,)) if isinstance(t, torch.Tensor)]
        if len({id(e.call) for e in found}) != 1:
            return
        for entry in found:
            tensor = tensors[entry.part] if entry.part < len(tensors) else None
            if tensor is not None and tensor.requires_grad and not entry.base.hooked:
                self._watch_gradient(tensor, entry.base, entry, False)

    def _pause(self, module):
        if self._has_fast_path and module is self._model and not self._paused:
            self._paused = True
            children = [h for h in self._handles if h[0] is not self._model]
            self._handles = [h for h in self._handles if h[0] is self._model]
            for _, *handles in children:
                for handle in handles:
                    handle.remove()

    def _resume(self):
        if self._paused:
            self._paused = False
            self._hook_modules([(name, module) for name, module in self._modules if module is not self._model])

    # Loss and targets.

    def _targets(self, targets, pass_=None):
        if not self._is_recording() or not torch.is_grad_enabled():
            return
        tensors = [t for t in _leaves(targets) if isinstance(t, torch.Tensor) and _is_recordable(t)]
        if not tensors:
            return
        call = _Call("targets", pass_, True)
        for part, tensor in enumerate(tensors):
            entry = _Entry("batch", "targets", call, part=part)
            entry.same = self._find(tensor)
            self._add(entry, None if entry.same is not None else tensor)
            if entry.same is None:
                self._remember(tensor, entry)

    def _after_criterion(self, module, args, *rest):
        if self._is_recording() and torch.is_grad_enabled() and not self._in_backward:
            self._guard(self._criterion_gave, args, rest[-1])

    def _criterion_gave(self, args, output):
        given, targets, pass_ = [], [], None
        for leaf in _leaves(args):
            entry = (self._find(leaf) or self._behind(leaf)) if isinstance(leaf, torch.Tensor) else None
            given.append(entry)
            if entry is not None and entry.pass_ is not None:
                pass_ = entry.pass_
            elif isinstance(leaf, torch.Tensor) and entry is None and not leaf.requires_grad:
                targets.append((len(given) - 1, leaf))
        if targets:
            self._targets([leaf for _, leaf in targets], pass_)
            for i, leaf in targets:
                given[i] = self._find(leaf)
        if isinstance(output, torch.Tensor):
            self._results[id(output)] = (weakref.ref(output), given)

    def _loss(self, loss):
        if not self._is_recording():
            return
        if not self._given_losses:
            self._given_losses = True
            for entry in self._entries:
                entry.gone = entry.gone or entry.quantity == "loss"
        number = sum(1 for e in self._entries if e.quantity == "loss" and not e.gone)
        loss = loss if isinstance(loss, torch.Tensor) else torch.tensor(float(loss), dtype=torch.float64)
        self._add(_Entry("loss", "loss", number), loss)

    # Backward.

    def _begin_backward(self, tensors):
        if not self._is_recording() or self._in_backward:
            return False
        if self._backwards and not self._stepping and self._has_cleared():
            self._start_over()
        self._stack.clear()
        self._in_backward, self._fired = True, False
        self._tentative = []
        if not self._given_losses:
            for part, tensor in enumerate([tensors] if isinstance(tensors, torch.Tensor) else list(tensors)):
                if isinstance(tensor, torch.Tensor) and _is_recordable(tensor):
                    entry = _Entry("loss", "loss", self._backwards, part=part)
                    reference, given = self._results.get(id(tensor), (None, None))
                    entry.inputs = given if reference is not None and reference() is tensor else None
                    self._tentative.append(self._add(entry, tensor))
        return True

    def _end_backward(self, succeeded):
        self._in_backward = False
        self._stack.clear()
        if not succeeded or not self._fired and self._passes:
            for entry in self._tentative:  # another model's pass
                entry.gone = True
            return
        self._backwards += 1
        self._take_gradients()
        self._mark = len(self._entries)

    def _gradient_came(self, base, token, gradient):
        if self._in_backward and not base.gone and gradient is not None:
            self._guard(self._add_gradients, base, gradient)

    def _add_gradients(self, base, gradient):
        self._fired = True
        first = None
        for entry in reversed(base.aliases):
            entry.pass_.fired = True
            if entry.has_gradient or entry.gone or not _is_recordable(gradient):
                continue
            entry.has_gradient = True
            added = _Entry("output_gradient", entry.of, entry.call, part=entry.part)
            added.same = first
            self._add(added, gradient if first is None else None)
            first = first or added

    def _take_gradients(self):
        number, self._gradients = max(self._backwards - 1, 0), {}
        for name, parameter in self._parameters:
            gradient = parameter.grad
            entry = self._gradient("gradient", name, parameter, number)
            self._entries.append(entry)
            self._gradients[name] = (entry, None, None) if entry.none else (entry, weakref.ref(gradient), _version(gradient))

    def _gradient(self, quantity, name, parameter, number=0):
        if parameter.grad is not None and _is_recordable(parameter.grad):
            return self._taken(quantity, name, parameter.grad, number)
        entry = _Entry(quantity, name, number)
        entry.none, entry.shape, entry.dtype = True, list(parameter.shape), parameter.dtype
        return entry

    def _has_cleared(self):
        """True if gradients were cleared after the latest backward pass, which then led to no step: GradScaler leaves out steps."""
        had = [p for name, p in self._parameters if name in self._gradients and not self._gradients[name][0].none]
        return bool(had) and all(p.grad is None or not bool(p.grad.detach().any()) for p in had)

    def _start_over(self):
        for entry in self._entries[: self._mark]:
            entry.gone, entry.value = True, None
        self._passes = [p for p in self._passes if not p.fired]
        self._entries = self._entries[self._mark :]
        self._gradients, self._backwards, self._mark = {}, 0, 0

    # The step.

    def _before_step(self, args, kwargs=None):
        if not self._is_recording():
            return
        groups = self._optimizer.param_groups if self._optimizer is not None else []
        self._rates = [float(group["lr"]) for group in groups if group.get("lr") is not None]
        self._changed = [
            {name: value for name, value in _group_options(group).items() if name != "lr" and value != options.get(name, _NOTHING)}
            for group, options in zip(groups, self._options)
        ]
        self._stepping = True
        has_closure = any(callable(a) for a in (*args, *(kwargs or {}).values()))
        if self._gradients and not has_closure:
            self._take_clipped()
        elif not has_closure:
            self._take_gradients()

    def _take_clipped(self):
        for name, parameter in self._parameters:
            gradient = parameter.grad
            entry, reference, version = self._gradients[name]
            if gradient is None and entry.none:
                continue
            unchanged = gradient is not None and reference is not None and reference() is gradient and version == _version(gradient)
            # p.grad.data.clamp_() changes no version, and clipping that had nothing to clip changes the version alone.
            if unchanged and self._values.is_same(entry.value, gradient):
                continue
            clipped = self._gradient("clipped_gradient", name, parameter)
            if clipped.none or entry.none or not self._values.are_same(clipped.value, entry.value):
                self._clipped.append(clipped)

    def _after_step(self):
        self._stepping = False
        if self._is_recording():
            if not self._gradients:
                self._take_gradients()
            line = {"kind": "step", "step": self._index, "lr": [_number(rate) for rate in self._rates], "backwards": self._backwards}
            if any(self._changed):
                line["options"] = self._changed
            self._write(line, self._entries_of_step(), f"step-{self._index}.safetensors")
            self._recorded += 1
            if self._steps is not None and self._recorded >= self._steps:
                self.close()
        self._index += 1
        self._clear()

    def _entries_of_step(self):
        kept = {p for p in self._passes if p.fired}
        entries = [e for e in self._entries if not e.gone]
        while True:
            more = {
                r.pass_ for e in entries if e.pass_ is None or e.pass_ in kept for r in e.references() if r.pass_ is not None and r.pass_ not in kept
            }
            if not more:
                break
            kept |= more
        entries = [e for e in entries if e.pass_ is None or e.pass_ in kept]
        return entries + self._clipped + self._state_of_model() + self._state_of_optimizer()

    def _state_of_model(self):
        entries = []
        for quantity, named in (("parameter", self._parameters), ("buffer", list(self._model.named_buffers()))):
            for name, tensor in named:
                if _is_recordable(tensor):
                    entries.append(self._taken(quantity, name, tensor, lasts=True))
        return entries

    def _state_of_optimizer(self):
        entries = []
        if self._optimizer is None:
            return entries
        names = {id(parameter): name for name, parameter in self._parameters}
        for group in self._optimizer.param_groups:
            for parameter in group["params"]:
                for key, value in (self._optimizer.state.get(parameter) or {}).items():
                    if isinstance(value, (int, float)) and not isinstance(value, bool):
                        value = torch.tensor(value, dtype=torch.int64 if isinstance(value, int) else torch.float64, device="cpu")
                    if isinstance(value, torch.Tensor) and _is_recordable(value) and id(parameter) in names:
                        entries.append(self._taken("state", names[id(parameter)], value, state=str(key), lasts=True))
        return entries

    def _taken(self, quantity, of, tensor, number=0, state=None, lasts=False):
        entry = _Entry(quantity, of, number, state=state)
        entry.value = self._values.take(tensor, lasts)
        entry.shape, entry.dtype = list(tensor.shape), tensor.dtype
        return entry

    def _write(self, line, entries, file):
        _number_calls(entries)
        place = {id(entry): i for i, entry in enumerate(entries)}
        shown = self._values.shown([entry.value for entry in entries if entry.value is not None])
        tensors, stored, texts, shown = [], {}, [], iter(shown)
        for entry in entries:
            item = {"quantity": entry.quantity, "of": entry.of}
            if entry.number:
                item["call"] = entry.number
            if entry.part:
                item["part"] = entry.part
            if entry.state is not None:
                item["state"] = entry.state
            if entry.training is False:
                item["training"] = False
            source = entry.base
            item["dtype"], item["shape"] = _dtype(source.dtype), source.shape
            if entry.inputs is not None:
                item["inputs"] = [place.get(id(i), -1) if i is not None else -1 for i in entry.inputs]
            if entry.none:
                item["none"] = True
            elif entry.same is not None:
                item["same_as"] = place[id(source)]
            elif self._keep == "all":
                words = [entry.quantity, entry.of, entry.state]
                words += [f"call {entry.number}" if entry.number else "", f"part {entry.part}" if entry.part else ""]
                item["key"] = " ".join(word for word in words if word)
                while item["key"] in stored:
                    item["key"] += "'"
                stored[item["key"]] = (entry, next(shown))
            elif self._keep == "statistics":
                item["statistics"] = _PLACE
                texts.append(next(shown))
            else:
                item["hash"] = next(shown)
            tensors.append(item)
        if self._keep == "all":
            self._folder.tensors(file, stored)
            self._values.give_back([tensor for _, tensor in stored.values()])
        silent = self._silent(entries) if line["kind"] == "step" else []
        self._folder.line({**line, **({"silent": silent} if silent else {}), "tensors": tensors}, texts)

    def _silent(self, entries):
        """Modules with parameters of their own that have a gradient and no call: somebody calls their forward(), or reads their weights."""
        called = {e.call.name for e in entries if isinstance(e.call, _Call)}
        reached = {name.rpartition(".")[0] for name, (entry, _, _) in self._gradients.items() if not entry.none}
        return [name for name, _ in self._modules if name in reached and name not in called]


# Backward passes. Tensor.backward calls torch.autograd.backward by this name in every version, so that both are seen; it is replaced while a
# recording runs.

_runs = []
_original_backward = None


def _watch_backward():
    global _original_backward
    if _runs and _original_backward is None:
        original = _original_backward = torch.autograd.backward

        @functools.wraps(original)
        def backward(tensors, *args, **kwargs):
            begun = [run for run in list(_runs) if run._guard(run._begin_backward, tensors)]
            succeeded = False
            try:
                result = original(tensors, *args, **kwargs)
                succeeded = True
            finally:
                for run in begun:
                    run._guard(run._end_backward, succeeded)
            return result

        backward._parity_torch = True
        torch.autograd.backward = backward
    elif not _runs and getattr(torch.autograd.backward, "_parity_torch", False):
        torch.autograd.backward, _original_backward = _original_backward, None


class _Hook:
    """A hook that a copy or a pickle of the model leaves behind: there it becomes a call that does nothing."""

    __slots__ = ("_action",)

    # Tensor hooks: no warning that a saved tensor has one (torch.utils.hooks.unserializable_hook).
    __torch_unserializable__ = True

    def __init__(self, action):
        self._action = action

    def __call__(self, *args):
        self._action(*args)

    def __reduce__(self):
        return getattr, (contextlib.nullcontext(), "__exit__")


class _Token:
    """Held by the hooks of a pass and by nothing else: when it is gone, so is the pass's graph, and no backward pass can come."""


class _Pass:
    """A call of the model, or of one of its modules from outside."""

    def __init__(self):
        self.fired = self.had_graph = False
        self.renew()

    def renew(self):
        self.kept_token = _Token()  # until the first hook holds it
        self.token = weakref.ref(self.kept_token)


class _Call:
    """A call of a module."""

    made = 0

    def __init__(self, name, pass_, training):
        _Call.made += 1
        self.serial, self.name, self.pass_, self.training, self.inputs = _Call.made, name, pass_, training, []


class _Entry:
    """A tensor of a step, as it will be listed."""

    __slots__ = tuple(
        "quantity of call part state inputs training same none shape dtype value number gone hooked has_gradient aliases pass_".split()
    )

    def __init__(self, quantity, of, call, part=0, state=None, inputs=None, training=True):
        self.quantity, self.of, self.call, self.part, self.state = quantity, of, call, part, state
        self.inputs, self.training = inputs, training
        self.pass_ = call.pass_ if isinstance(call, _Call) else None
        self.same = self.shape = self.dtype = self.value = None
        self.none = self.gone = self.hooked = self.has_gradient = False
        self.number, self.aliases = 0, []

    @property
    def base(self):
        entry = self
        while entry.same is not None:
            entry = entry.same
        return entry

    def references(self):
        if self.same is not None:
            yield self.same
        for entry in self.inputs or ():
            if entry is not None:
                yield entry


class _Known:
    """A tensor that the program may still have, and the entry with its numbers."""

    __slots__ = ("tensor", "memory", "version", "entry")

    def __init__(self, tensor, entry):
        self.tensor, self.memory, self.version, self.entry = weakref.ref(tensor), _memory(tensor), _version(tensor), entry

    def is_unchanged(self, tensor):
        return self.version == _version(tensor) and self.memory == _memory(tensor) and not self.entry.gone


def _memory(tensor):
    """Start and form of a tensor's numbers: what a view has in common with what it is a view of. None if they are not row-major, or nowhere."""
    if type(tensor) not in (torch.Tensor, torch.nn.Parameter) or tensor.layout != torch.strided or not tensor.is_contiguous():
        return None
    start = tensor.data_ptr()
    return (start, tensor.dtype, tensor.numel()) if start else None


def _number_calls(entries):
    calls = {id(e.call): e.call for e in entries if isinstance(e.call, _Call)}
    numbers, counts = {}, {}
    for call in sorted(calls.values(), key=lambda c: c.serial):
        numbers[id(call)] = counts.get(call.name, 0)
        counts[call.name] = counts.get(call.name, 0) + 1
    for entry in entries:
        entry.number = numbers[id(entry.call)] if isinstance(entry.call, _Call) else entry.call


# What is kept of a tensor.


class _Values:
    """Takes what is kept of tensors at once, since they may be changed in place a moment later.

    All of it works on tensors without a graph. Under autocast sums of float16 may be computed from float32, which changes no number.
    """

    def __init__(self, keep):
        self._keep = keep
        self._places, self._free = {}, {}
        self._buffer = torch.empty(1 << 16, dtype=torch.float64, device="cpu")

    def take(self, tensor, lasts=False):
        """The part of a tensor that is kept. One that lasts is shown before anything can change it."""
        tensor = tensor.detach()
        if tensor.layout != torch.strided:
            tensor = tensor.to_dense()
        if self._keep == "statistics":
            if tensor.numel() <= _SMALL:
                return _Summary(copy=tensor if lasts else tensor.clone())
            return self._summary(tensor)
        if self._keep == "hashes":
            tensor = tensor.cpu().contiguous()
            return hashlib.sha256(_bytes(tensor)).hexdigest()[:32]
        # One copy, row-major, on the CPU, in the memory of an earlier step if there is some.
        free = self._free.get((tensor.shape, tensor.dtype))
        return (free.pop() if free else torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")).copy_(tensor)

    def give_back(self, values):
        """The memory of copies that are written is used again in the next step, and freed if that has no use for it."""
        self._free = {}
        for value in values if self._keep == "all" else ():
            self._free.setdefault((value.shape, value.dtype), []).append(value)

    def is_same(self, taken, tensor):
        """True if a tensor that has its version still has the numbers that were taken; on CUDA, of statistics, the version must do."""
        return self._keep == "statistics" and tensor.device.type == "cuda" or self.are_same(taken, self.take(tensor, lasts=True))

    def are_same(self, one, other):
        """True if what was taken of two tensors is the same."""
        if self._keep == "hashes":
            return one == other
        if self._keep == "all":
            return _have_same_bits(one, other)
        if one.copy is not None or other.copy is not None:
            return one.copy is not None and other.copy is not None and _have_same_bits(one.copy, other.copy)
        heads = (h.tolist() if isinstance(h, torch.Tensor) else h for h in (one.head, other.head))
        return all(x == y or x != x and y != y for x, y in zip(*heads)) and _have_same_bits(one.sample, other.sample)

    def _summary(self, tensor):
        if tensor.device.type not in ("cpu", "cuda"):
            tensor = tensor.cpu()  # MPS has no float64
        flat = tensor.reshape(-1)
        sample = flat.index_select(0, self._sampled(flat.numel(), flat.device))
        return _Summary(_head_there(flat) if tensor.device.type == "cuda" else self._head(flat), sample)

    def _head(self, flat):
        if flat.dtype in (torch.float32, torch.float16, torch.bfloat16):
            total, squares = _sums_of_floats(flat.to(torch.float32))
            if math.isfinite(total) and 1e-24 < squares / flat.numel() < math.inf:
                return [total, math.sqrt(squares), 0]
        (total, squares), nans = self._sums(flat), 0
        if total != total:
            missing = torch.isnan(flat)
            nans = int(missing.sum().item())
            total, squares = self._sums(flat[~missing])
        return [total, math.sqrt(squares), nans]

    def _sums(self, flat):
        """The sum, and the sum of squares, in doubles: piece by piece in one buffer, since fresh memory is zeroed by the system."""
        total = squares = 0.0
        for piece in flat.split(self._buffer.numel()):
            numbers = self._buffer[: piece.numel()].copy_(piece)
            total += numbers.sum().item()
            squares += torch.dot(numbers, numbers).item()
        return total, squares

    def _sampled(self, count, device):
        """The places ⌊i · (n − 1) / (m − 1)⌋."""
        key = (count, device)
        if key not in self._places:
            if len(self._places) > 4096:
                self._places.clear()
            places = [i * (count - 1) // (_SAMPLE - 1) for i in range(_SAMPLE)]
            self._places[key] = torch.tensor(places, dtype=torch.int64, device=device)
        return self._places[key]

    def shown(self, values):
        """The values of tensors as they are written: statistics as JSON."""
        if self._keep != "statistics":
            return values
        groups, texts = {}, {}
        for value in values:
            numbers = value.sample if value.copy is None else value.copy
            groups.setdefault((value.copy is None, numbers.shape, numbers.dtype, numbers.device), {})[id(value)] = value
        for (is_large, shape, _, _), group in groups.items():
            group, count = group.values(), math.prod(shape)
            if is_large:
                heads = [value.head for value in group]
                heads = torch.stack(heads).tolist() if isinstance(heads[0], torch.Tensor) else heads
                sample = torch.stack([value.sample for value in group]).to(torch.float64)
            else:
                numbers = torch.stack([value.copy for value in group]).reshape(len(group), count).cpu().to(torch.float64)
                heads = _heads(numbers) if count else [[0.0, 0.0, 0, math.nan, math.nan]] * len(group)
                sample = numbers if count <= _SAMPLE else numbers.index_select(1, self._sampled(count, numbers.device))
            data = _bytes(sample.cpu().contiguous())
            size = len(data) // len(group)
            for i, (value, head) in enumerate(zip(group, heads)):
                texts[id(value)] = _statistics(head, data[i * size : (i + 1) * size])
        return [texts[id(value)] for value in values]


class _Summary:
    """The part of a tensor that is kept for its statistics.

    Of a small one all numbers: those of a step are summed together when it ends. Of others sum, norm and number of NaNs, as a list or on CUDA as a
    tensor that is fetched with all others of the step; and the sample. Their least and greatest would take as long again.
    """

    __slots__ = ("copy", "head", "sample")

    def __init__(self, head=None, sample=None, copy=None):
        self.head, self.sample, self.copy = head, sample, copy


def _sums_of_floats(flat):
    """The sum, and the sum of squares: in float32 within parts, in doubles over them. Floats whose squares overflow or vanish need more."""
    rest = flat.numel() % 64
    rows = flat[:-rest] if rest else flat
    norms = torch.linalg.vector_norm(rows.view(-1, 64), dim=1).to(torch.float64)
    squares = torch.dot(norms, norms).item()
    if rest:
        squares += torch.linalg.vector_norm(flat[-rest:]).item() ** 2
    return flat.sum().item(), squares


def _heads(rows):
    """Sum, norm, number of NaNs, least and greatest of each row."""
    heads = torch.stack((rows.sum(1), (rows * rows).sum(1).sqrt(), rows.amin(1), rows.amax(1))).tolist()
    found = [[total, norm, 0, least, greatest] for total, norm, least, greatest in zip(*heads)]
    for i, head in enumerate(found):
        if head[0] != head[0]:
            kept = [x for x in rows[i].tolist() if x == x]
            ends = (min(kept), max(kept)) if kept else (math.nan, math.nan)
            found[i] = [sum(kept, 0.0), math.sqrt(sum(x * x for x in kept)), rows.shape[1] - len(kept), *ends]
    return found


def _head_there(flat):
    flat = flat.to(torch.float64)
    missing = torch.isnan(flat)
    numbers = torch.where(missing, torch.zeros_like(flat), flat)
    return torch.stack((numbers.sum(), (numbers * numbers).sum().sqrt(), missing.sum().to(torch.float64)))


def _have_same_bits(one, other):
    bits = _BITS[one.element_size()]
    return one.shape == other.shape and torch.equal(one.view(bits), other.view(bits))


def _statistics(head, sample):
    """Statistics as JSON; the sample is given as bytes of doubles."""
    total, norm, nans, *ends = head
    sample = binascii.b2a_base64(sample, newline=False).decode()
    if sample and not nans and math.isfinite(total) and math.isfinite(norm):
        shown = f'"min":{ends[0]!r},"max":{ends[1]!r},' if ends else ""
        return f'{{"sum":{total!r},"norm":{norm!r},{shown}"sample":"{sample}"}}'
    shown = {"sum": _number(total), "norm": _number(norm), **{key: _number(x) for key, x in zip(("min", "max"), ends)}}
    return _json({**shown, **({"nan": int(nans)} if nans else {}), "sample": sample})


def _number(x):
    if x != x:
        return "NaN"
    return x if math.isfinite(x) else "Infinity" if x > 0 else "-Infinity"


def _bytes(tensor):
    """The bytes of a contiguous tensor on the CPU, without a copy."""
    size = tensor.numel() * tensor.element_size()
    return memoryview((ctypes.c_char * size).from_address(tensor.data_ptr())).cast("B") if size else b""


def _version(tensor):
    """A number that changes when the tensor does; tensors of inference mode have none."""
    return 0 if tensor.is_inference() else tensor._version


def _is_recordable(tensor):
    return tensor.dtype in _DTYPES and tensor.device.type != "meta" and tensor.layout in (torch.strided, torch.sparse_coo) and not tensor.is_quantized


def _dtype(dtype):
    return _DTYPES[dtype][0] if dtype in _DTYPES else str(dtype).replace("torch.", "")


def _leaves(value, depth=0):
    """Tensors in tuples, lists, dictionaries and dataclasses, depth first; what holds no tensor is one None."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, (list, tuple)):
        parts = value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    else:
        return [None]
    found = [leaf for part in parts for leaf in _leaves(part, depth + 1)] if depth < 32 else []
    return found if depth == 0 or any(leaf is not None for leaf in found) else [None]


# The folder.

# Keeps a place in a line for what is JSON already: no text that is written has it unescaped.
_PLACE = "statistics go here"


class _Folder:
    """The files of a recording. A file of tensors is there before the line that names it; a line is written whole."""

    def __init__(self, path, overwrite):
        self.path = os.path.abspath(os.fspath(path))
        index = os.path.join(self.path, "index.jsonl")
        if os.path.exists(self.path):
            self._empty(index, overwrite)
        else:
            os.makedirs(self.path)
        self._file = open(index, "wb")  # noqa: SIM115

    def _empty(self, index, overwrite):
        if not os.path.isdir(self.path):
            raise FileExistsError(f"{self.path} is no folder: name a folder to record into")
        ours = [name for name in os.listdir(self.path) if re.fullmatch(r"index\.jsonl|(initial|step-\d+)\.safetensors(\.part)?", name)]
        if len(ours) != len(os.listdir(self.path)):
            raise FileExistsError(f"{self.path} has something else in it than a recording: name an empty folder, or one that is not there")
        if ours and not overwrite:
            raise FileExistsError(f"{self.path} has a recording in it: overwrite=True replaces it")
        # The index goes first, so that no index names files that are gone.
        for name in sorted(ours, key=lambda n: n != "index.jsonl"):
            os.unlink(os.path.join(self.path, name))

    def line(self, content, statistics=()):
        """Writes a line. Statistics are JSON already, and go to the places that are kept for them."""
        parts = (_json(content) + "\n").split(f'"statistics":"{_PLACE}"')
        text = parts[0] + "".join(f'"statistics":{text}{part}' for text, part in zip(statistics, parts[1:]))
        whole = self._file.tell()
        try:
            self._file.write(text.encode("utf-8", "replace"))
            self._file.flush()
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(whole)
            raise

    def tensors(self, name, stored):
        header, offset = {}, 0
        for key, (entry, tensor) in stored.items():
            size = tensor.numel() * tensor.element_size()
            header[key] = {"dtype": _DTYPES[entry.dtype][1], "shape": entry.shape, "data_offsets": [offset, offset + size]}
            offset += size
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        text += b" " * (-len(text) % 8)
        path = os.path.join(self.path, name)
        try:
            with open(path + ".part", "wb") as file:
                file.write(struct.pack("<Q", len(text)) + text)
                for _, tensor in stored.values():
                    file.write(_bytes(tensor))
            os.replace(path + ".part", path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(path + ".part")
            raise

    def close(self):
        with contextlib.suppress(OSError):
            self._file.close()


# The model and the optimizer as they are described.

# Arguments of constructors by PyTorch's names; "x?" stands for true if there is such a parameter, "x=y" for the attribute y.
_RNN = "input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size"
_CONV = "in_channels out_channels kernel_size stride padding dilation groups bias? padding_mode"
_POOL = "kernel_size stride padding dilation return_indices ceil_mode"
_AVERAGE = "kernel_size stride padding ceil_mode count_include_pad"
_NORM = "num_features eps momentum affine track_running_stats"
_LOSS = "reduction"
_ENCODER = (
    "d_model=self_attn.embed_dim nhead=self_attn.num_heads dim_feedforward=linear1.out_features dropout=dropout.p activation "
    "layer_norm_eps=norm1.eps batch_first=self_attn.batch_first norm_first bias?linear1.bias"
)
_OPTIONS = {
    "Linear": "in_features out_features bias?",
    "Bilinear": "in1_features in2_features out_features bias?",
    "Embedding": "num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq sparse",
    "EmbeddingBag": "num_embeddings embedding_dim max_norm norm_type scale_grad_by_freq mode sparse include_last_offset padding_idx",
    **{f"Conv{n}d": _CONV for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": f"{_CONV} output_padding" for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _POOL for n in (1, 2, 3)},
    "AvgPool1d": _AVERAGE,
    **{f"AvgPool{n}d": f"{_AVERAGE} divisor_override" for n in (2, 3)},
    **{f"LPPool{n}d": "norm_type kernel_size stride ceil_mode" for n in (1, 2)},
    **{f"MaxUnpool{n}d": "kernel_size stride padding" for n in (1, 2, 3)},
    **{f"Adaptive{kind}Pool{n}d": "output_size" for kind in ("Avg", "Max") for n in (1, 2, 3)},
    **{f"{kind}{n}d": _NORM for kind in ("BatchNorm", "InstanceNorm") for n in (1, 2, 3)},
    "SyncBatchNorm": _NORM,
    "LayerNorm": "normalized_shape eps elementwise_affine bias?",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "GroupNorm": "num_groups num_channels eps affine",
    "LocalResponseNorm": "size alpha beta k",
    "RNN": f"{_RNN} nonlinearity",
    "LSTM": _RNN,
    "GRU": _RNN,
    "RNNCell": "input_size hidden_size bias nonlinearity",
    "LSTMCell": "input_size hidden_size bias",
    "GRUCell": "input_size hidden_size bias",
    "MultiheadAttention": "embed_dim num_heads dropout bias?in_proj_bias add_bias_kv?bias_k add_zero_attn kdim vdim batch_first",
    "TransformerEncoderLayer": _ENCODER,
    "TransformerDecoderLayer": _ENCODER,
    "TransformerEncoder": "num_layers enable_nested_tensor",
    "TransformerDecoder": "num_layers",
    "Transformer": "d_model nhead batch_first",
    **{name: "p inplace" for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")},
    **{name: "inplace" for name in ("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardsigmoid", "Hardswish")},
    "ELU": "alpha inplace",
    "CELU": "alpha inplace",
    "GELU": "approximate",
    "GLU": "dim",
    "LeakyReLU": "negative_slope inplace",
    "PReLU": "num_parameters",
    "RReLU": "lower upper inplace",
    "Hardtanh": "min_val max_val inplace",
    "Hardshrink": "lambd",
    "Softshrink": "lambd",
    "Softplus": "beta threshold",
    "Threshold": "threshold value inplace",
    "Softmax": "dim",
    "LogSoftmax": "dim",
    "Softmin": "dim",
    "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size",
    "Upsample": "size scale_factor mode align_corners",
    "PixelShuffle": "upscale_factor",
    "PixelUnshuffle": "downscale_factor",
    "Fold": "output_size kernel_size dilation padding stride",
    "Unfold": "kernel_size dilation padding stride",
    **{f"{kind}Pad{n}d": "padding" for kind in ("Zero", "Reflection", "Replication", "Circular") for n in (1, 2, 3)},
    **{f"ConstantPad{n}d": "padding value" for n in (1, 2, 3)},
    "ChannelShuffle": "groups",
    "CosineSimilarity": "dim eps",
    "PairwiseDistance": "p=norm eps keepdim",
    **{name: _LOSS for name in ("L1Loss", "MSELoss", "MultiLabelMarginLoss", "SoftMarginLoss")},
    "CrossEntropyLoss": "weight ignore_index reduction label_smoothing",
    "NLLLoss": "weight ignore_index reduction",
    "BCELoss": "weight reduction",
    "BCEWithLogitsLoss": "weight reduction pos_weight",
    "KLDivLoss": "reduction log_target",
    "SmoothL1Loss": "reduction beta",
    "HuberLoss": "reduction delta",
    "PoissonNLLLoss": "log_input full eps reduction",
    "GaussianNLLLoss": "full eps reduction",
    "HingeEmbeddingLoss": "margin reduction",
    "CosineEmbeddingLoss": "margin reduction",
    "MarginRankingLoss": "margin reduction",
    "MultiMarginLoss": "p margin weight reduction",
    "MultiLabelSoftMarginLoss": "weight reduction",
    "TripletMarginLoss": "margin p eps swap reduction",
    "CTCLoss": "blank reduction zero_infinity",
}

_NOTHING = object()

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

# Options that choose among implementations of the same update, and what schedulers leave in groups.
_NO_OPTIONS = {"params", "initial_lr", "capturable", "differentiable", "param_names"}


def _described(module):
    """A module's kind and options. A class of one's own that computes by a module of PyTorch, such as a Linear with other initial values, is of that kind."""
    own = type(module)
    kind = next((c for c in own.__mro__ if c.__module__.startswith("torch.") and c.__name__ in _OPTIONS), None)
    is_kind = kind is not None and own.forward is kind.forward
    options = {}
    for spec in _OPTIONS[kind.__name__].split() if kind is not None else ():
        name, mark, attribute = re.fullmatch(r"(\w+)([?=]?)([\w.]*)", spec).groups()
        value = _attribute(module, attribute or name)
        value = value is not None and value is not _NOTHING if mark == "?" else _plain(value)
        if value is not _NOTHING:
            options[name] = value
    return {"type": kind.__name__ if is_kind else own.__name__, "class": f"{own.__module__}.{own.__qualname__}", "options": options}


def _attribute(module, path):
    for name in path.split("."):
        module = getattr(module, name, _NOTHING)
    return module


def _plain(value):
    """A value as JSON has it; _NOTHING if it has none."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, torch.Tensor):
        return _plain(value.detach().tolist()) if value.numel() <= 4096 and value.dtype in _DTYPES else _NOTHING
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return _NOTHING if any(item is _NOTHING for item in items) else items
    if isinstance(value, torch.nn.Module):
        return type(value).__name__
    return getattr(value, "__name__", _NOTHING) if callable(value) else _NOTHING


def _listed(model, method, named):
    """Parameters or buffers in the order of the tree, further names of the same one included."""
    first = {id(tensor): name for name, tensor in named}
    lines = []
    for prefix, module in model.named_modules(remove_duplicate=False):
        for local, tensor in getattr(module, method)(recurse=False):
            name = f"{prefix}.{local}" if prefix else local
            line = {"name": name, "shape": list(tensor.shape), "dtype": _dtype(tensor.dtype)}
            if method == "named_parameters":
                line["requires_grad"] = tensor.requires_grad
            if first.get(id(tensor), name) != name:
                line["same_as"] = first[id(tensor)]
            if tensor.dtype in _DTYPES:
                lines.append(line)
    return lines


def _group_options(group):
    options = {key: _plain(value) for key, value in group.items() if key not in _NO_OPTIONS}
    return {k: v for k, v in options.items() if v is not _NOTHING and not (k in ("foreach", "fused") and not v)}


def _unwrapped(model):
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"the model is a {type(model).__name__}, and must be an nn.Module")
    parallel = torch.nn.parallel
    if isinstance(model, parallel.DistributedDataParallel):
        model = model.module
    for _, module in model.named_modules():
        kind = type(module).__name__
        if isinstance(module, parallel.DataParallel):
            raise TypeError("DataParallel runs copies of the model, whose calls cannot be told apart: record the module within it, on one device")
        if kind == "FullyShardedDataParallel":
            raise TypeError("FullyShardedDataParallel has parts of the parameters only: record the model itself, on one device")
        if hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None) is not None:
            raise TypeError("a compiled model calls its modules no more: record it before torch.compile, or with TORCHDYNAMO_DISABLE=1")
    if isinstance(model, torch.jit.ScriptModule):
        raise TypeError("a model of torch.jit calls its modules within: record the nn.Module that it was made from")
    return model


def _unwrapped_optimizer(optimizer):
    while optimizer is not None and isinstance(getattr(optimizer, "optimizer", None), torch.optim.Optimizer):
        optimizer = optimizer.optimizer
    if optimizer is not None and not (callable(getattr(optimizer, "step", None)) and hasattr(optimizer, "param_groups")):
        raise TypeError(f"the optimizer is a {type(optimizer).__name__}, and must have step() and param_groups")
    return optimizer


# A look at a recording.


def check(folder, out=None):
    """Prints a summary of a recording and what is not whole in it. Returns True if it is whole."""
    say = functools.partial(print, file=out or sys.stdout)
    with open(os.path.join(folder, "index.jsonl"), "rb") as file:
        raw = file.read().split(b"\n")
    wrong = []
    if raw.pop():
        wrong.append("the index ends within a line: the process was killed, or still runs")
    try:
        lines = [json.loads(line) for line in raw if line.strip()]
        head = {line["kind"]: line for line in lines if line["kind"] != "step"}
        first, model = head["recording"], head["parameters"]
        steps = [line for line in lines if line["kind"] == "step"]
        described = ", ".join(f"{k} {v}" for k, v in first.get("versions", {}).items())
        say(f"{first.get('name', folder)}: {first['framework']} ({described}), {first.get('device')}, {first.get('dtype')}, keeps {first['keep']}")
        numbers = sum(math.prod(p["shape"]) for p in model["parameters"] if "same_as" not in p)
        say(f"{len(head['modules']['modules'])} modules, {len(model['parameters'])} parameters ({numbers:,} numbers), {len(model['buffers'])} buffers")
        if "optimizer" in head:
            options = [", ".join(f"{k}={v}" for k, v in g["options"].items()) for g in head["optimizer"]["groups"]]
            say(f"{head['optimizer']['type']}: {'; '.join(options)}")
        for line in [head["initial"], *steps]:
            name = "initial" if line["kind"] == "initial" else f"step-{line['step']}"
            stored = _stored(os.path.join(folder, f"{name}.safetensors"), wrong) if first["keep"] == "all" else {}
            for tensor in line["tensors"]:
                if "key" in tensor and stored is not None and stored.get(tensor["key"]) != (tensor["dtype"], tensor["shape"]):
                    wrong.append(f"{name}.safetensors does not hold {tensor['key']!r} as {tensor['dtype']} {tensor['shape']}")
        say(f"{'step':>6}  {'loss':<24}{'lr':<16}{'backwards':<11}tensors")
        for line in steps:
            loss = [_shown_loss(folder, line, t) for t in line["tensors"] if t["quantity"] == "loss"]
            rates = ", ".join(f"{rate:g}" if isinstance(rate, (int, float)) else rate for rate in line.get("lr", []))
            say(f"{line['step']:>6}  {', '.join(loss):<24}{rates:<16}{line.get('backwards', 1):<11}{len(line['tensors'])}")
    except (KeyError, ValueError, TypeError) as error:
        wrong.append(f"a line of the index is not as docs/recording-format.md says: {type(error).__name__}: {error}")
    for sentence in wrong:
        say(f"NOT WHOLE: {sentence}")
    if not wrong:
        say(f"whole: {len(steps)} steps")
    return not wrong


def _stored(path, wrong):
    names = {stored: name for name, stored in _DTYPES.values()}
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
            end = max((item["data_offsets"][1] for key, item in header.items() if key != "__metadata__"), default=0)
            if os.path.getsize(path) != 8 + length + end:
                wrong.append(f"{os.path.basename(path)} has {os.path.getsize(path)} bytes, and should have {8 + length + end}")
        return {key: (names[item["dtype"]], item["shape"]) for key, item in header.items() if key != "__metadata__"}
    except (OSError, ValueError, KeyError, struct.error) as error:
        wrong.append(f"{os.path.basename(path)} cannot be read: {error}")
        return None


def _shown_loss(folder, line, tensor):
    if "statistics" in tensor:
        return str(tensor["statistics"]["sum"])
    if "key" not in tensor or math.prod(tensor["shape"]) != 1:
        return tensor.get("hash", "…")
    with open(os.path.join(folder, f"step-{line['step']}.safetensors"), "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        begin, end = json.loads(file.read(length))[tensor["key"]]["data_offsets"]
        file.seek(8 + length + begin)
        code = {"float64": "<d", "float32": "<f", "float16": "<e"}.get(tensor["dtype"])
        data = file.read(end - begin)
        return f"{struct.unpack(code, data)[0]:.9g}" if code else f"{struct.unpack('<f', bytes(2) + data)[0]:.9g}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m parity_torch FOLDER")
    try:
        sys.exit(0 if check(sys.argv[1]) else 1)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: this is no recording: {error}")
