"""Checks parity_torch.py against the PyTorch that is installed: python3 tools/recorders/check_parity_torch.py

Each check trains something with and without the recorder, demands the same bits, and compares what was recorded with what the script itself
has seen. --list names the checks, --timing measures what recording costs; arguments choose checks. Exit code 0: all hold.
"""

import array
import base64
import copy
import dataclasses
import hashlib
import io
import json
import math
import os
import pickle
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.environ.get("PARITY_TORCH", os.path.join(HERE, "..", "..", "src", "recorders", "python")))

import torch  # noqa: E402
from torch import nn  # noqa: E402

import parity_torch  # noqa: E402

STAND_IN = getattr(torch, "IS_STAND_IN", False)
CHECKS, KEEPS = [], ("all", "statistics", "hashes")


def check(function):
    """A check that needs nothing but networks of linear layers: the stand-in of the tests has these."""
    CHECKS.append(function)
    return function


def real(function):
    """A check that needs the real PyTorch."""
    if not STAND_IN:
        CHECKS.append(function)
    return function


# Reading a recording, by the words of docs/recording-format.md alone.


class Recording:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "index.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file.read().split("\n")[:-1]]
        self.kinds = [line["kind"] for line in lines]
        self.head = {line["kind"]: line for line in lines}
        self.steps = [line for line in lines if line["kind"] == "step"]
        places = [[(t["quantity"], t["of"], t.get("call", 0), t.get("part", 0), t.get("state")) for t in line["tensors"]] for line in self.steps]
        for place in places:
            assert len(place) == len(set(place)), [p for p in place if place.count(p) > 1]

    def get(self, step, quantity, of, call=0, part=0, state=None):
        for t in self.steps[step]["tensors"]:
            if (t["quantity"], t["of"], t.get("call", 0), t.get("part", 0), t.get("state")) == (quantity, of, call, part, state):
                return t
        raise AssertionError(f"step {step} has no {quantity} of {of!r}, call {call}, part {part}: it has {self.names(step)}")

    def has(self, step, quantity, of=None, call=None):
        return any(
            t["quantity"] == quantity and of in (None, t["of"]) and call in (None, t.get("call", 0)) for t in self.steps[step]["tensors"]
        )

    def names(self, step, quantity=None):
        return [(t["quantity"], t["of"], t.get("call", 0)) for t in self.steps[step]["tensors"] if quantity in (None, t["quantity"])]

    def source(self, step, t):
        while "same_as" in t:
            t = self.steps[step]["tensors"][t["same_as"]]
        return t

    def bytes(self, step, t):
        return self.stored(f"step-{self.steps[step]['step']}", self.source(step, t)["key"])

    def stored(self, file, key):
        with open(os.path.join(self.folder, f"{file}.safetensors"), "rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            begin, end = json.loads(stream.read(length))[key]["data_offsets"]
            stream.seek(8 + length + begin)
            return stream.read(end - begin)

    def numbers(self, step, *place, **more):
        t = self.get(step, *place, **more)
        return unpacked(self.source(step, t)["dtype"], self.bytes(step, t))


def unpacked(dtype, data):
    if dtype == "bfloat16":
        return [struct.unpack("<f", bytes(2) + data[i : i + 2])[0] for i in range(0, len(data), 2)]
    if dtype == "float16":
        return [struct.unpack("<e", data[i : i + 2])[0] for i in range(0, len(data), 2)]
    code = {"float64": "d", "float32": "f", "int64": "q", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bool": "B"}[dtype]
    return list(array.array(code, data))


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def equal(recorded, tensor):
    expected = flat(tensor)
    assert recorded == expected, (recorded[:8], expected[:8])


# Models and loops.


class Net(nn.Module):
    """Keeps what its modules gave, for comparison."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 5)
        self.act = nn.Tanh()
        self.fc2 = nn.Linear(5, 2)

    def forward(self, x):
        self.seen = {"fc1": self.fc1(x)}
        self.seen["act"] = self.act(self.seen["fc1"])
        self.seen["fc2"] = self.fc2(self.seen["act"])
        for tensor in self.seen.values():
            if tensor.requires_grad:
                tensor.retain_grad()
        return self.seen["fc2"]


def batches(count, features=3, outputs=2, size=4):
    for _ in range(count):
        yield torch.randn(size, features), torch.randn(size, outputs)


def mse(out, y):
    return ((out - y) * (out - y)).mean()


def train(record=None, steps=3, make=Net, optimizer=None, step=None, seed=1, data=None, **options):
    """Trains; returns the losses, the parameters and the state of the generator, whose bits recording must not change."""
    torch.manual_seed(seed)
    model = make()
    optimizer = (optimizer or (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)))(model.parameters())
    losses = []
    run = parity_torch.record(record, model, optimizer, strict=True, **options) if record else None
    for x, y in data(steps) if data else batches(steps):
        losses.append((step or plain_step)(model, optimizer, x, y, run).item())
    if run:
        run.close()
    return losses, [flat(p) for p in model.parameters()], torch.rand(1).tolist()


def plain_step(model, optimizer, x, y, run):
    optimizer.zero_grad()
    loss = mse(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def recorded(folder, **arguments):
    """Trains without and with the recorder, demands the same, and reads the recording."""
    keeps = arguments.pop("keeps", ("all",))
    without = train(**arguments)
    for keep in keeps:
        assert train(os.path.join(folder, keep), keep=keep, **arguments) == without, f"with keep={keep} the script computes something else"
        assert parity_torch.check(os.path.join(folder, keep), out=io.StringIO())
    return Recording(os.path.join(folder, keeps[0]))


# Checks.


@check
def same_with_and_without(folder):
    for i, make in enumerate((lambda p: torch.optim.SGD(p, lr=0.1), lambda p: torch.optim.Adam(p, lr=0.01))):
        recorded(os.path.join(folder, str(i)), optimizer=make, keeps=KEEPS)


@check
def every_quantity(folder):
    seen = []

    def step(model, optimizer, x, y, run):
        if run:
            run.targets(y)
        optimizer.zero_grad()
        out = model(x)
        loss = mse(out, y)
        loss.backward()
        gradients = {n: flat(p.grad) for n, p in model.named_parameters()}
        optimizer.step()
        state = {n: {k: flat(v) for k, v in optimizer.state[p].items() if isinstance(v, torch.Tensor)} for n, p in model.named_parameters()}
        seen.append((x, y, loss, dict(model.seen), gradients, {n: flat(p) for n, p in model.named_parameters()}, state))
        return loss

    run = recorded(folder, step=step, optimizer=lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99)))
    seen = seen[len(seen) // 2 :]
    assert run.kinds == ["recording", "modules", "parameters", "optimizer", "initial", "step", "step", "step"], run.kinds
    head = run.head["recording"]
    assert (head["format"], head["version"], head["framework"], head["seed"], head["dtype"]) == (
        "micrograd-parity-recording",
        1,
        "PyTorch",
        1,
        "float32",
    )
    modules = run.head["modules"]["modules"]
    assert [(m["name"], m["type"]) for m in modules] == [("", "Net"), ("fc1", "Linear"), ("act", "Tanh"), ("fc2", "Linear")]
    assert modules[1]["options"] == {"in_features": 3, "out_features": 5, "bias": True}
    assert modules[1]["class"] == "torch.nn.modules.linear.Linear"
    names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
    assert [p["name"] for p in run.head["parameters"]["parameters"]] == names
    optimizer = run.head["optimizer"]
    assert optimizer["type"] == "Adam" and optimizer["groups"][0]["parameters"] == names
    assert {"lr": 0.01, "betas": [0.8, 0.99], "eps": 1e-08, "weight_decay": 0}.items() <= optimizer["groups"][0]["options"].items()
    for i, (x, y, loss, outputs, gradients, parameters, state) in enumerate(seen):
        assert run.steps[i]["step"] == i and run.steps[i]["lr"] == [0.01] and run.steps[i]["backwards"] == 1
        equal(run.numbers(i, "batch", "inputs"), x)
        equal(run.numbers(i, "batch", "targets"), y)
        equal(run.numbers(i, "loss", "loss"), loss)
        for name, output in outputs.items():
            equal(run.numbers(i, "output", name), output)
            equal(run.numbers(i, "output_gradient", name), output.grad)
        equal(run.numbers(i, "output", ""), outputs["fc2"])
        for name in names:
            assert run.numbers(i, "gradient", name) == gradients[name]
            assert run.numbers(i, "parameter", name) == parameters[name]
            for key, value in state[name].items():
                assert run.numbers(i, "state", name, state=key) == value
        assert not run.has(i, "clipped_gradient") and not run.has(i, "input")
        order = [q for q, _, _ in run.names(i)]
        assert order == sorted(order, key=["batch", "output", "loss", "output_gradient", "gradient", "parameter", "state"].index), order
        assert [of for _, of, _ in run.names(i, "output")] == ["fc1", "act", "fc2", ""]
        assert [of for _, of, _ in run.names(i, "output_gradient")] == ["", "fc2", "act", "fc1"]
        tensors = run.steps[i]["tensors"]
        for name, before in (("fc1", ("batch", "inputs")), ("act", ("output", "fc1")), ("fc2", ("output", "act")), ("", ("batch", "inputs"))):
            (given,) = run.get(i, "output", name)["inputs"]
            assert (tensors[given]["quantity"], tensors[given]["of"]) == before
    initial = {t["of"]: t for t in run.head["initial"]["tensors"]}
    assert list(initial) == names
    torch.manual_seed(1)
    for name, parameter in Net().named_parameters():
        equal(unpacked("float32", run.stored("initial", initial[name]["key"])), parameter)


@check
def statistics_and_hashes(folder):
    recorded(folder, keeps=KEEPS, make=lambda: nn.Sequential(nn.Linear(3, 40), nn.Tanh(), nn.Linear(40, 2)))
    whole, statistics, hashes = (Recording(os.path.join(folder, keep)) for keep in KEEPS)
    for i, line in enumerate(whole.steps):
        for t, s, h in zip(line["tensors"], statistics.steps[i]["tensors"], hashes.steps[i]["tensors"]):
            assert t.get("same_as") == s.get("same_as") == h.get("same_as")
            if "key" not in t:
                continue
            data = whole.bytes(i, t)
            assert h["hash"] == hashlib.sha256(data).hexdigest()[:32]
            demand_statistics(s["statistics"], unpacked(t["dtype"], data), t["dtype"])


def demand_statistics(found, numbers, dtype="float32"):
    n, m = len(numbers), min(len(numbers), 64)
    shown = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    data = base64.b64decode(found["sample"], validate=True)
    assert len(data) == 8 * m
    for i, x in enumerate(struct.unpack(f"<{m}d", data)):
        number = numbers[i * (n - 1) // (m - 1) if m > 1 else 0]
        assert x == number or x != x and number != number
    rounding = 64 * 2**-24 if dtype in ("float32", "float16", "bfloat16") and n > 4096 else max(n, 64) * 2**-53
    rest = [x for x in numbers if x == x]
    assert found.get("nan", 0) == n - len(rest)
    size = sum(abs(x) for x in rest)
    total, norm = shown.get(found["sum"], found["sum"]), shown.get(found["norm"], found["norm"])
    if math.isfinite(size):
        assert abs(total - math.fsum(rest)) <= rounding * size, (total, math.fsum(rest))
        assert math.isclose(norm, math.sqrt(math.fsum(x * x for x in rest)), rel_tol=rounding, abs_tol=1e-300)
    else:
        assert norm == math.inf
    ends = [shown.get(x, x) for x in (found["min"], found["max"])] if "min" in found else None
    assert n > 4096 if ends is None else ends == [min(rest), max(rest)] if rest else ends[0] != ends[0] and ends[1] != ends[1]


@check
def numbers_that_are_none(folder):
    """NaN, infinities, −0 and tensors of nothing, in each way to keep."""
    special = [math.nan, math.inf, -math.inf, -0.0, 1e-45, 3.0]

    def data(steps):
        for size in (1, 40, 0):
            yield torch.tensor([special] * size).reshape(size, 6), torch.zeros(size, 6)

    class Passes(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(6, 6)

        def forward(self, x):
            return self.fc(torch.zeros(2, 6)).sum() + x.sum() * 0

    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = model(x)
        loss.backward()
        optimizer.step()
        return torch.zeros(1)

    for keep in KEEPS:
        train(os.path.join(folder, keep), make=Passes, data=data, step=step, keep=keep)
        assert parity_torch.check(os.path.join(folder, keep), out=io.StringIO())
    whole, statistics = Recording(os.path.join(folder, "all")), Recording(os.path.join(folder, "statistics"))
    for i, size in enumerate((1, 40, 0)):
        numbers = whole.numbers(i, "batch", "inputs")
        assert [str(x) for x in numbers] == [str(struct.unpack("f", struct.pack("f", x))[0]) for x in special] * size
        demand_statistics(statistics.get(i, "batch", "inputs")["statistics"], numbers)


@check
def gradients_accumulate(folder):
    seen = []

    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        for k in range(3):
            loss = mse(model(x * (k + 1)), y)
            loss.backward()
            seen.append([flat(p.grad) for p in model.parameters()])
        optimizer.step()
        return loss

    run = recorded(folder, step=step)
    seen = seen[9:]
    for i in range(3):
        assert run.steps[i]["backwards"] == 3
        assert [c for _, of, c in run.names(i, "output") if of == "fc1"] == [0, 1, 2]
        assert [c for _, of, c in run.names(i, "loss")] == [0, 1, 2]
        assert [c for _, of, c in run.names(i, "batch")] == [0, 1, 2]
        assert [of for _, of, c in run.names(i, "output_gradient") if c == 1] == ["", "fc2", "act", "fc1"]
        for k in range(3):
            names = [of for _, of, call in run.names(i, "gradient") if call == k]
            assert [run.numbers(i, "gradient", of, call=k) for of in names] == seen[3 * i + k]


@check
def several_passes_one_backward(folder):
    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = mse(model(x), y) + mse(model(y @ torch.ones(2, 3)), y)
        loss.backward()
        optimizer.step()
        return loss

    run = recorded(folder, step=step)
    assert [c for _, of, c in run.names(0, "output") if of == "act"] == [0, 1]
    assert sorted(c for _, of, c in run.names(0, "output_gradient") if of == "act") == [0, 1]


@check
def clipping(folder):
    def by_norm(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = mse(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        model.given = [flat(p.grad) for p in model.parameters()]
        optimizer.step()
        return loss

    def within(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = mse(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1000.0)
        optimizer.step()
        return loss

    def by_data(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = mse(model(x), y)
        loss.backward()
        for p in model.parameters():
            p.grad.data.clamp_(-0.05, 0.05)
        optimizer.step()
        return loss

    run = recorded(os.path.join(folder, "norm"), step=by_norm, keeps=KEEPS)
    assert len(run.names(0, "clipped_gradient")) == 4
    before, after = (math.sqrt(sum(x * x for _, of, _ in run.names(0, q) for x in run.numbers(0, q, of))) for q in ("gradient", "clipped_gradient"))
    assert before > 0.11 and 0.099 < after < 0.1001, (before, after)
    recorded(os.path.join(folder, "large"), step=within, keeps=KEEPS)
    for keep in KEEPS:
        assert not Recording(os.path.join(folder, "large", keep)).has(0, "clipped_gradient"), f"keep={keep}: nothing was clipped"
    recorded(os.path.join(folder, "data"), step=by_data, keeps=KEEPS)
    for keep in KEEPS:
        run = Recording(os.path.join(folder, "data", keep))
        assert run.has(0, "clipped_gradient"), f"keep={keep} does not see p.grad.data.clamp_()"
    run = Recording(os.path.join(folder, "data", "all"))
    assert max(abs(x) for _, of, _ in run.names(0, "clipped_gradient") for x in run.numbers(0, "clipped_gradient", of)) < 0.0501


@check
def validation_between_steps(folder):
    def without_graph(model, optimizer, x, y, run):
        loss = plain_step(model, optimizer, x, y, run)
        model.eval()
        with torch.no_grad():
            for _ in range(2):
                mse(model(x + 1), y)
        model.train()
        return loss

    def with_graph(model, optimizer, x, y, run):
        model.eval()
        mse(model(x + 1), y).item()
        held = model(x + 2)
        model.train()
        loss = plain_step(model, optimizer, x, y, run)
        return loss + held.sum().detach() * 0

    for i, step in enumerate((without_graph, with_graph)):
        run = recorded(os.path.join(folder, str(i)), step=step)
        for k in range(3):
            assert len(run.names(k, "output")) == 4 and len(run.names(k, "batch")) == 1
            assert all(t.get("training", True) for t in run.steps[k]["tensors"])


@check
def a_validation_is_freed(folder):
    """A forward pass whose graph is gone cannot be of a step; nothing of it is held."""
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with parity_torch.record(os.path.join(folder, "run"), model, optimizer, strict=True) as run:
        for _ in range(50):
            mse(model(torch.randn(4, 3)), torch.randn(4, 2)).item()
        model.seen = None
        model(torch.randn(4, 3))
        assert sum(1 for e in run._entries if e.value is not None) < 20


@check
def skipped_steps(folder):
    """GradScaler leaves out optimizer.step() where gradients are infinite."""

    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        mse(model(x * 7), y).backward()
        return plain_step(model, optimizer, x, y, run)

    run = recorded(folder, step=step)
    for i in range(3):
        assert run.steps[i]["backwards"] == 1 and len(run.names(i, "output")) == 4 and len(run.names(i, "loss")) == 1


@check
def closures(folder):
    """An optimizer that computes loss and gradients by itself, several times in a step."""

    class Twice(torch.optim.SGD):
        def step(self, closure=None):
            closure()
            super().step()
            return closure()

    def step(model, optimizer, x, y, run):
        def closure():
            optimizer.zero_grad()
            loss = mse(model(x), y)
            loss.backward()
            return loss

        return optimizer.step(closure)

    run = recorded(folder, step=step, optimizer=lambda p: Twice(p, lr=0.1))
    assert run.steps and run.steps[0]["backwards"] >= 1 and run.has(0, "output", "fc1") and run.has(0, "loss") and run.has(0, "gradient", "fc1.bias")
    assert not run.has(0, "clipped_gradient")


@check
def frozen_shared_and_silent(folder):
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 2)
            self.never = nn.Linear(2, 2)
            self.b.weight = self.a.weight
            self.a.bias.requires_grad_(False)
            self.again = self.a

        def forward(self, x):
            return self.c.forward(self.b(self.a(self.a(x))))

    run = recorded(folder, make=Tied)
    listed = {p["name"]: p for p in run.head["parameters"]["parameters"]}
    assert listed["b.weight"]["same_as"] == "a.weight" and listed["again.weight"]["same_as"] == "a.weight"
    assert listed["a.bias"]["requires_grad"] is False and "same_as" not in listed["a.weight"]
    assert [m["name"] for m in run.head["modules"]["modules"]] == ["", "a", "b", "c", "never"]
    assert run.get(0, "gradient", "a.bias")["none"] and run.get(0, "gradient", "never.weight")["none"]
    assert [c for _, of, c in run.names(0, "output") if of == "a"] == [0, 1] and not run.has(0, "output", "never")
    assert run.steps[0]["silent"] == ["c"]


@check
def outputs_of_all_kinds(folder):
    @dataclasses.dataclass
    class Out:
        value: object
        extra: object = None

    class Gives(nn.Module):
        def __init__(self, kind):
            super().__init__()
            self.fc, self.kind = nn.Linear(3, 2), kind

        def forward(self, x, scale=None, mask=None):
            y = self.fc(x) if scale is None else self.fc(x) * scale
            return {
                "tuple": (y, None, (y * 2, [y * 3])),
                "dict": {"a": y, "b": 1, "c": y * 2},
                "dataclass": Out(y, {"more": y * 2}),
                "nothing": None,
            }[self.kind]

    class All(nn.Module):
        def __init__(self):
            super().__init__()
            for kind in ("tuple", "dict", "dataclass", "nothing"):
                setattr(self, kind, Gives(kind))

        def forward(self, x):
            t, d, o = self.tuple(x, mask=None), self.dict(x, scale=x.sum()), self.dataclass(x, None, "text")
            self.nothing(x)
            return t[0] + t[2][0] + t[2][1][0] + d["a"] + d["c"] + o.value + o.extra["more"]

    run = recorded(folder, make=All)

    def parts(of):
        return [t.get("part", 0) for t in run.steps[0]["tensors"] if (t["quantity"], t["of"]) == ("output", of)]

    assert (parts("tuple"), parts("dict"), parts("dataclass"), parts("nothing")) == ([0, 1, 2], [0, 1], [0, 1], [])
    assert run.get(0, "output", "dataclass")["inputs"] == [0]
    knows_keywords = "with_kwargs" in parity_torch.inspect.signature(nn.Module.register_forward_hook).parameters
    assert len(run.get(0, "output", "dict")["inputs"]) == (2 if knows_keywords else 1) and run.get(0, "output", "tuple")["inputs"] == [0]
    assert run.has(0, "input", "dict") == knows_keywords
    assert len(run.names(0, "output_gradient")) >= 8


@check
def changed_in_place(folder):
    """A module that changes its input: its gradient and that of the module before are told apart."""

    class Doubles(nn.Module):
        def forward(self, x):
            return x.mul_(3)

    class InPlace(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.act, self.fc2 = nn.Linear(3, 4), Doubles(), nn.Linear(4, 2)

        def forward(self, x):
            h = self.fc1(x)
            h = self.act(h)
            return self.fc2(h)

    run = recorded(folder, make=InPlace)
    for i in range(3):
        before, after = run.numbers(i, "output", "fc1"), run.numbers(i, "output", "act")
        assert [struct.unpack("f", struct.pack("f", x * 3))[0] for x in before] == after
        before, after = run.numbers(i, "output_gradient", "fc1"), run.numbers(i, "output_gradient", "act")
        assert [struct.unpack("f", struct.pack("f", x * 3))[0] for x in after] == before, (before, after)


@check
def a_module_that_gives_what_it_was_given(folder):
    run = recorded(folder, make=lambda: nn.Sequential(nn.Identity(), nn.Linear(3, 3), nn.Identity(), nn.Linear(3, 2)))
    tensors = run.steps[0]["tensors"]
    assert tensors[run.get(0, "output", "0")["same_as"]]["quantity"] == "batch"
    assert tensors[run.get(0, "output", "2")["same_as"]]["of"] == "1"
    assert [of for _, of, _ in run.names(0, "output_gradient")] == ["", "3", "2", "1"]


@check
def schedulers(folder):
    """A scheduler goes on, and does not complain, made before the recording or within."""
    for when in ("before", "within"):
        torch.manual_seed(3)
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        make = lambda: torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)  # noqa: E731
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            scheduler = make() if when == "before" else None
            with parity_torch.record(os.path.join(folder, when), model, optimizer, strict=True):
                scheduler = scheduler or make()
                for x, y in batches(3):
                    plain_step(model, optimizer, x, y, None)
                    scheduler.step()
                    optimizer.param_groups[0]["momentum"] += 0.25
            plain_step(model, optimizer, x, y, None)
            scheduler.step()
        run = Recording(os.path.join(folder, when))
        assert [line["lr"] for line in run.steps] == [[1.0], [0.5], [0.25]]
        assert [line.get("options") for line in run.steps] == [None, [{"momentum": 0.25}], [{"momentum": 0.5}]]
        assert optimizer.param_groups[0]["lr"] == 0.0625


@check
def a_criterion_that_is_a_module(folder):
    class Mse(nn.Module):
        def __init__(self):
            super().__init__()
            self.reduction = "mean"

        def forward(self, out, y):
            return mse(out, y)

    torch.manual_seed(2)
    model, criterion = Net(), Mse()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with parity_torch.record(os.path.join(folder, "run"), model, optimizer, criterion=criterion, strict=True):
        for x, y in batches(2):
            with torch.no_grad():
                criterion(model(x), y)
            optimizer.zero_grad()
            criterion(model(x).reshape(-1), y.reshape(-1)).backward()
            optimizer.step()
    run = Recording(os.path.join(folder, "run"))
    assert run.head["modules"]["criterion"]["type"] == "Mse"
    for i in range(2):
        tensors = run.steps[i]["tensors"]
        assert [(of, c) for _, of, c in run.names(i, "batch")] == [("inputs", 0), ("targets", 0)]
        given = run.get(i, "loss", "loss")["inputs"]
        assert [(tensors[g]["quantity"], tensors[g]["of"]) for g in given] == [("output", "fc2"), ("batch", "targets")]
    equal(run.numbers(1, "batch", "targets"), y)


@check
def a_loss_that_is_given(folder):
    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        loss = mse(model(x), y)
        (loss * 1024).backward()
        if run:
            run.loss(loss)
        for p in model.parameters():
            p.grad.mul_(1 / 1024)
        optimizer.step()
        return loss

    losses = train(step=step)[0]
    run = recorded(folder, step=step)
    assert [run.numbers(i, "loss", "loss") for i in range(3)] == [[x] for x in losses]
    assert all(run.has(i, "clipped_gradient") for i in range(3))


@check
def every_and_steps(folder):
    def folder_of(name, **options):
        without = train(steps=7)
        assert train(os.path.join(folder, name), steps=7, **options) == without
        return [line["step"] for line in Recording(os.path.join(folder, name)).steps]

    assert folder_of("every", every=3) == [0, 3, 6]
    torch.manual_seed(1)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    run = parity_torch.record(os.path.join(folder, "steps"), model, optimizer, every=2, steps=2, strict=True)
    for x, y in batches(7):
        plain_step(model, optimizer, x, y, None)
    assert [line["step"] for line in Recording(os.path.join(folder, "steps")).steps] == [0, 2] and run.recorded == 2
    demand_nothing_left(model, optimizer)


def demand_nothing_left(model, optimizer):
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    assert not getattr(torch.autograd.backward, "_parity_torch", False)
    assert "step" not in optimizer.__dict__ and not getattr(optimizer, "_optimizer_step_pre_hooks", None)


@check
def a_loop_without_an_optimizer(folder):
    torch.manual_seed(1)
    model = Net()
    with parity_torch.record(os.path.join(folder, "run"), model, strict=True) as run:
        for x, y in batches(2):
            mse(model(x), y).backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= 0.1 * p.grad
                    p.grad = None
            run.step()
    found = Recording(os.path.join(folder, "run"))
    assert "optimizer" not in found.kinds and len(found.steps) == 2
    equal(found.numbers(1, "parameter", "fc2.weight"), model.fc2.weight)


@check
def exceptions_pass_through(folder):
    """One that leaves the loop, one that the loop catches in a forward pass, one in a backward pass."""

    class Fails(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.fails = Net(), False

        def forward(self, x):
            out = self.net(x)
            if self.fails:
                raise ValueError("on purpose")
            return out

    torch.manual_seed(1)
    model = Fails()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    try:
        with parity_torch.record(os.path.join(folder, "run"), model, optimizer, strict=True):
            for i, (x, y) in enumerate(batches(4)):
                model.fails = i == 1
                try:
                    plain_step(model, optimizer, x, y, None)
                except ValueError:
                    pass
                if i == 2:
                    try:
                        torch.zeros(1).backward()
                    except RuntimeError:
                        pass
            raise KeyError("on purpose")
    except KeyError:
        pass
    run = Recording(os.path.join(folder, "run"))
    assert [line["step"] for line in run.steps] == [0, 1, 2]
    assert all(len(run.names(i, "output")) == 5 for i in range(3)), [run.names(i, "output") for i in range(3)]
    demand_nothing_left(model, optimizer)


@check
def a_recorder_that_fails(folder):
    """A full disk ends the recording with one warning, and the training goes on; strict raises it."""

    def full(*_):
        raise OSError(28, "No space left on device")

    def go(name, strict):
        torch.manual_seed(1)
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        losses = []
        with parity_torch.record(os.path.join(folder, name), model, optimizer, strict=strict) as run:
            for i, (x, y) in enumerate(batches(3)):
                if i == 1:
                    run._folder.tensors = full
                losses.append(plain_step(model, optimizer, x, y, None).item())
        return losses, model, optimizer

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        losses, model, optimizer = go("lenient", False)
    assert losses == train()[0]
    (warning,) = [w for w in caught if "parity_torch" in str(w.message)]
    assert "No space left on device" in str(warning.message) and "step 1" in str(warning.message)
    assert len(Recording(os.path.join(folder, "lenient")).steps) == 1
    demand_nothing_left(model, optimizer)
    demand_error(OSError, "No space left", lambda: go("strict", True))


def demand_error(kind, text, action):
    try:
        action()
    except kind as error:
        assert text in str(error), str(error)
    else:
        raise AssertionError(f"no {kind.__name__}: {text}")


@check
def errors_at_the_start(folder):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def start(path=None, model=model, optimizer=optimizer, **options):
        return parity_torch.record(path or os.path.join(folder, "fine"), model, optimizer, **options).close()

    start()
    demand_error(FileExistsError, "overwrite=True", start)
    start(overwrite=True)
    os.mkdir(os.path.join(folder, "other"))
    with open(os.path.join(folder, "other", "thesis.txt"), "w") as file:
        file.write("precious")
    demand_error(FileExistsError, "something else", lambda: start(os.path.join(folder, "other"), overwrite=True))
    demand_error(FileExistsError, "is no folder", lambda: start(os.path.join(folder, "other", "thesis.txt"), overwrite=True))
    new = lambda: os.path.join(folder, str(len(os.listdir(folder))))  # noqa: E731
    demand_error(ValueError, "no parameters", lambda: start(new(), model=nn.Tanh()))
    demand_error(TypeError, "must be an nn.Module", lambda: start(new(), model=lambda x: x))
    demand_error(TypeError, "must have step()", lambda: start(new(), optimizer=3))
    demand_error(ValueError, "keep is 'some'", lambda: start(new(), keep="some"))
    demand_error(ValueError, "every is 0", lambda: start(new(), every=0))
    demand_error(TypeError, "criterion", lambda: start(new(), criterion=mse))
    demand_nothing_left(model, optimizer)
    assert os.listdir(os.path.join(folder, "other")) == ["thesis.txt"]


@check
def copies_and_pickles(folder):
    """An average of the model, or a saved model, takes no hook along."""
    torch.manual_seed(1)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with parity_torch.record(os.path.join(folder, "run"), model, optimizer, strict=True):
        x = torch.randn(4, 3)
        for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            equal(flat(twin(x)), model(x))
        plain_step(model, optimizer, x, torch.zeros(4, 2), None)
        mse(twin(x), torch.zeros(4, 2)).backward()
    run = Recording(os.path.join(folder, "run"))
    assert len(run.steps) == 1 and len(run.names(0, "output")) == 4
    assert b"parity_torch" not in pickle.dumps(model)


@check
def two_models(folder):
    """As in a GAN: each recording holds its own model's passes."""
    torch.manual_seed(1)
    make = {"g": nn.Sequential(nn.Linear(3, 3), nn.Tanh()), "d": nn.Sequential(nn.Linear(3, 1))}
    optimizers = {name: torch.optim.SGD(model.parameters(), lr=0.1) for name, model in make.items()}
    g = parity_torch.record(os.path.join(folder, "g"), make["g"], optimizers["g"], strict=True)
    d = parity_torch.record(os.path.join(folder, "d"), make["d"], optimizers["d"], strict=True)
    for _ in range(3):
        x = torch.randn(4, 3)
        optimizers["d"].zero_grad()
        (make["d"](make["g"](x).detach()).mean() - make["d"](x).mean()).backward()
        optimizers["d"].step()
        optimizers["g"].zero_grad()
        (-make["d"](make["g"](x)).mean()).backward()
        optimizers["g"].step()
    g.close()
    d.close()
    g, d = (Recording(os.path.join(folder, name)) for name in ("g", "d"))
    assert [line["backwards"] for line in g.steps] == [1, 1, 1] and [line["backwards"] for line in d.steps] == [1, 1, 1]
    assert [c for _, of, c in g.names(1, "output") if of == "0"] == [0]
    assert [c for _, of, c in d.names(1, "output") if of == "0"] == [0, 1]


@check
def killed_while_recording(folder):
    """Recordings of killed processes are readable up to the last whole step."""
    script = f"""
import os, signal, sys
sys.path[:0] = {[HERE, *sys.path]!r}
import check_parity_torch as c
class Dies(c.Net):
    calls = 0
    def forward(self, x):
        Dies.calls += 1
        if Dies.calls == 4:
            os.kill(os.getpid(), {int(signal.SIGKILL)})
        return super().forward(x)
c.train({os.path.join(folder, "run")!r}, make=Dies, steps=9)
"""
    assert subprocess.run([sys.executable, "-c", script], stderr=subprocess.DEVNULL).returncode == -signal.SIGKILL
    run = Recording(os.path.join(folder, "run"))
    assert [line["step"] for line in run.steps] == [0, 1, 2]
    out = io.StringIO()
    assert parity_torch.check(os.path.join(folder, "run"), out=out), out.getvalue()
    with open(os.path.join(folder, "run", "index.jsonl"), "r+b") as file:
        file.truncate(os.path.getsize(file.name) - 100)
    out = io.StringIO()
    assert not parity_torch.check(os.path.join(folder, "run"), out=out) and "ends within a line" in out.getvalue()
    with open(os.path.join(folder, "run", "step-1.safetensors"), "r+b") as file:
        file.truncate(50)
    out = io.StringIO()
    assert not parity_torch.check(os.path.join(folder, "run"), out=out) and "step-1.safetensors" in out.getvalue()


@check
def the_summary(folder):
    train(os.path.join(folder, "run"))
    program = parity_torch.__file__
    shown = subprocess.run([sys.executable, program, os.path.join(folder, "run")], stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    assert "run: PyTorch" in shown and "SGD: lr=0.1, momentum=0.9" in shown and shown.endswith("whole: 3 steps\n"), shown
    assert subprocess.run([sys.executable, program, folder], stderr=subprocess.DEVNULL).returncode == 1


# Nets as people train them, and what only the real PyTorch has.


class Gpt(nn.Module):
    """Two blocks in the manner of minGPT, with tied embeddings."""

    def __init__(self, vocabulary=11, width=16, heads=2, length=6):
        super().__init__()
        self.wte, self.wpe, self.drop = nn.Embedding(vocabulary, width), nn.Embedding(length, width), nn.Dropout(0.1)
        self.h = nn.ModuleList([Block(width, heads) for _ in range(2)])
        self.ln_f, self.lm_head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, tokens):
        x = self.drop(self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1])))
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.attn, self.proj = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.ln_2, self.mlp = nn.LayerNorm(width), nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), nn.Dropout(0.1))

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (y.view(b, t, self.heads, c // self.heads).transpose(1, 2) for y in self.attn(self.ln_1(x)).split(c, dim=2))
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(k.shape[-1])
        weights = scores.masked_fill(torch.tril(torch.ones(t, t)) == 0, -math.inf).softmax(-1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.mlp(self.ln_2(x))


class Tagger(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(11, 8)
        self.rnn = kind(8, 12, num_layers=2, dropout=0.1, batch_first=True)
        self.head = nn.Linear(12, 11)

    def forward(self, tokens):
        return self.head(self.rnn(self.embedding(tokens))[0])


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.2), nn.Linear(64, 3)
    )


def sentences(steps):
    for _ in range(steps):
        tokens = torch.randint(0, 11, (3, 7))
        yield tokens[:, :-1], tokens[:, 1:]


def pictures(steps):
    for _ in range(steps):
        yield torch.randn(5, 1, 8, 8), torch.randint(0, 3, (5,))


def classify(model, optimizer, x, y, run):
    if run:
        run.targets(y)
    optimizer.zero_grad()
    out = model(x)
    loss = nn.functional.cross_entropy(out.reshape(-1, out.shape[-1]), y.reshape(-1))
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss


@real
def nets(folder):
    adamw = lambda p: torch.optim.AdamW(p, lr=1e-3)  # noqa: E731
    for name, make, data in (
        ("gpt", Gpt, sentences),
        ("lstm", lambda: Tagger(nn.LSTM), sentences),
        ("gru", lambda: Tagger(nn.GRU), sentences),
        ("conv", convolutional, pictures),
    ):
        run = recorded(os.path.join(folder, name), make=make, data=data, step=classify, optimizer=adamw, keeps=KEEPS, steps=4)
        assert len(run.steps) == 4 and all(run.has(i, q) for i in range(4) for q in ("batch", "output", "loss", "output_gradient", "state"))
        if name == "gpt":
            assert {"lm_head.weight"} == {p["name"] for p in run.head["parameters"]["parameters"] if "same_as" in p}
        if name == "lstm":
            assert sorted(t.get("part", 0) for t in run.steps[0]["tensors"] if (t["quantity"], t["of"]) == ("output", "rnn")) == [0, 1, 2]
            assert {m["name"]: m for m in run.head["modules"]["modules"]}["rnn"]["options"]["num_layers"] == 2
        if name == "conv":
            names = {of for _, of, _ in run.names(0, "buffer")}
            assert names == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}
            assert run.get(3, "buffer", "1.num_batches_tracked")["dtype"] == "int64"
            assert run.numbers(3, "buffer", "1.num_batches_tracked") == [4]
            # ReLU in place: the gradient of its output, and not of what it was given, is 0 nowhere for this reason.
            relu, norm = run.numbers(0, "output_gradient", "2"), run.numbers(0, "output_gradient", "1")
            shown = run.numbers(0, "output", "2")
            assert [g if y > 0 else 0.0 for g, y in zip(relu, shown)] == norm


@real
def modules_and_options(folder):
    """The table of options names attributes that this version has: each is an argument of the constructor."""
    made = [
        nn.Linear(2, 3), nn.Bilinear(2, 3, 4), nn.Embedding(5, 2, padding_idx=1), nn.EmbeddingBag(5, 2), nn.Conv1d(1, 2, 3), nn.Conv2d(1, 2, 3),
        nn.Conv3d(1, 2, 3), nn.ConvTranspose2d(1, 2, 3), nn.MaxPool2d(2), nn.AvgPool1d(2), nn.AvgPool2d(2), nn.LPPool2d(2, 2), nn.MaxUnpool2d(2),
        nn.AdaptiveAvgPool2d(2), nn.AdaptiveMaxPool1d(2), nn.BatchNorm1d(3), nn.InstanceNorm2d(3), nn.LayerNorm(3), nn.GroupNorm(1, 3),
        nn.LocalResponseNorm(2), nn.RNN(2, 3), nn.LSTM(2, 3), nn.GRU(2, 3), nn.RNNCell(2, 3), nn.LSTMCell(2, 3), nn.GRUCell(2, 3),
        nn.MultiheadAttention(4, 2), nn.TransformerEncoderLayer(4, 2), nn.TransformerDecoderLayer(4, 2), nn.Dropout(0.3), nn.AlphaDropout(),
        nn.ReLU(), nn.ReLU6(), nn.SELU(), nn.SiLU(), nn.Mish(), nn.Hardsigmoid(), nn.Hardswish(), nn.ELU(), nn.CELU(), nn.GELU(), nn.GLU(),
        nn.LeakyReLU(), nn.PReLU(), nn.RReLU(), nn.Hardtanh(), nn.Hardshrink(), nn.Softshrink(), nn.Softplus(), nn.Threshold(1, 2), nn.Softmax(-1),
        nn.LogSoftmax(-1), nn.Softmin(-1), nn.Flatten(), nn.Unflatten(1, (1, 2)), nn.Upsample(2), nn.PixelShuffle(2), nn.PixelUnshuffle(2),
        nn.Fold((2, 2), 2), nn.Unfold(2), nn.ZeroPad2d(1), nn.ReflectionPad1d(1), nn.ConstantPad1d(1, 2.0), nn.ChannelShuffle(2),
        nn.CosineSimilarity(), nn.PairwiseDistance(), nn.L1Loss(), nn.MSELoss(), nn.CrossEntropyLoss(), nn.NLLLoss(), nn.BCELoss(),
        nn.BCEWithLogitsLoss(), nn.KLDivLoss(), nn.SmoothL1Loss(), nn.HuberLoss(), nn.PoissonNLLLoss(), nn.GaussianNLLLoss(),
        nn.HingeEmbeddingLoss(), nn.CosineEmbeddingLoss(), nn.MarginRankingLoss(), nn.MultiMarginLoss(), nn.MultiLabelMarginLoss(),
        nn.MultiLabelSoftMarginLoss(), nn.SoftMarginLoss(), nn.TripletMarginLoss(), nn.CTCLoss(),
    ]  # fmt: skip
    made += [nn.RMSNorm(3)] if hasattr(nn, "RMSNorm") else []
    for module in made:
        described = parity_torch._described(module)
        assert described["type"] == type(module).__name__
        listed = [spec.split("=")[0].split("?")[0] for spec in parity_torch._OPTIONS[described["type"]].split()]
        missing = set(listed) - set(described["options"])
        assert missing <= ({"bias"} if "Layer" in described["type"] else set()), (described, missing)
        json.dumps(described)

    class Own(nn.Linear):
        pass

    class Other(nn.Linear):
        def forward(self, x):
            return super().forward(x) * 2

    assert [parity_torch._described(c(2, 3))["type"] for c in (Own, Other)] == ["Linear", "Other"]
    assert parity_torch._described(nn.MultiheadAttention(4, 2).out_proj)["type"] == "Linear"


@real
def large_tensors(folder):
    """Statistics of tensors that are summed by themselves, whatever their sizes, types and numbers are."""
    torch.manual_seed(1)
    values = parity_torch._Values("statistics")
    drawn = torch.randn(70_001)
    special = drawn.clone()
    special[[0, 5, 70_000]] = torch.tensor([math.nan, math.inf, math.nan])
    halves = [drawn.to(dtype) for dtype in (torch.float16, torch.bfloat16, torch.float64)]
    tensors = [drawn[:4097], drawn[:4160], drawn[:69_984].reshape(3, -1).t(), torch.full((70_000,), 0.1), drawn * 1e-25, drawn * 1e25, drawn + 1e10]
    tensors += [special, torch.full((5000,), math.nan), torch.zeros(5000), drawn.to(torch.int64), *halves]
    tensors += [torch.full((5000,), -math.inf), torch.full((5000,), 3e38), torch.full((5000,), 1e-45)]
    for numbers, text in zip(tensors, values.shown([values.take(numbers) for numbers in tensors])):
        demand_statistics(json.loads(text), [float(x) for x in numbers.reshape(-1).tolist()], parity_torch._dtype(numbers.dtype))
    for numbers in [tensor.clone() for tensor in tensors]:
        taken = values.take(numbers)
        assert values.is_same(taken, numbers)
        numbers[(0,) * numbers.dim()] = 7
        assert not values.is_same(taken, numbers)


@real
def other_dtypes(folder):
    for dtype, name in ((torch.float64, "float64"), (torch.bfloat16, "bfloat16")):

        def data(steps, dtype=dtype):
            for x, y in batches(steps):
                yield x.to(dtype), y.to(dtype)

        run = recorded(os.path.join(folder, name), make=lambda dtype=dtype: Net().to(dtype), data=data, keeps=KEEPS)
        assert run.head["recording"]["dtype"] == name and run.get(0, "output", "fc1")["dtype"] == name
        whole, statistics = (Recording(os.path.join(folder, name, keep)) for keep in ("all", "statistics"))
        for t, s in zip(whole.steps[1]["tensors"], statistics.steps[1]["tensors"]):
            if "key" in t:
                demand_statistics(s["statistics"], unpacked(t["dtype"], whole.bytes(1, t)), t["dtype"])
    values = {keep: parity_torch._Values(keep) for keep in KEEPS}
    for dtype in parity_torch._DTYPES:
        numbers = torch.tensor([[0, 1, 1], [1, 0, 1]] * 30).to(dtype).t()
        taken, contiguous = values["all"].take(numbers), numbers.contiguous()
        assert parity_torch._bytes(taken) == parity_torch._bytes(contiguous)
        (shown,) = values["statistics"].shown([values["statistics"].take(numbers)])
        demand_statistics(json.loads(shown), [float(x) for x in numbers.reshape(-1).tolist()], parity_torch._dtype(dtype))


@real
def autocast_and_scaler(folder):
    def step(model, optimizer, x, y, run):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = model(x)
        loss = mse(out.float(), y)
        loss.backward()
        optimizer.step()
        return loss

    run = recorded(folder, step=step, keeps=KEEPS)
    assert run.get(0, "output", "fc1")["dtype"] == "bfloat16" and run.get(0, "gradient", "fc1.weight")["dtype"] == "float32"
    if not hasattr(torch, "amp") or not hasattr(torch.amp, "GradScaler"):
        return  # before 2.3 a scaler does nothing without CUDA

    def scaled(model, optimizer, x, y, run):
        scaler = model.__dict__.setdefault("scaler", torch.amp.GradScaler("cpu", init_scale=2.0**10))
        optimizer.zero_grad()
        loss = mse(model(x * (math.inf if len(model.__dict__.setdefault("done", [])) == 1 else 1)), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        model.done.append(1)
        return torch.zeros(1) if math.isnan(loss.item()) else loss

    run = recorded(os.path.join(folder, "scaled"), step=scaled, steps=4)
    assert [line["step"] for line in run.steps] == [0, 1, 2] and all(line["backwards"] == 1 for line in run.steps)
    assert all(run.has(i, "clipped_gradient", "fc1.weight") for i in range(3))


@real
def lbfgs_and_sparse(folder):
    def step(model, optimizer, x, y, run):
        def closure():
            optimizer.zero_grad()
            loss = mse(model(x), y)
            loss.backward()
            return loss

        return optimizer.step(closure)

    run = recorded(os.path.join(folder, "lbfgs"), step=step, optimizer=lambda p: torch.optim.LBFGS(p, max_iter=4))
    assert run.steps[0]["backwards"] > 1 and not run.has(0, "clipped_gradient") and len(run.names(0, "loss")) == run.steps[0]["backwards"]

    class Sparse(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(9, 2, sparse=True)

        def forward(self, x):
            return self.table(x).sum(1)

    def data(steps):
        for _ in range(steps):
            yield torch.randint(0, 9, (4, 3)), torch.randn(4, 2)

    for keep in KEEPS:
        run = recorded(os.path.join(folder, "sparse", keep), make=Sparse, data=data, optimizer=lambda p: torch.optim.SGD(p, lr=0.1), keeps=(keep,))
        assert run.get(0, "gradient", "table.weight")["shape"] == [9, 2]


@real
def checkpoints(folder):
    """torch.utils.checkpoint computes modules again in the backward pass: they are recorded once, with their gradients."""
    from torch.utils.checkpoint import checkpoint

    for reentrant in (False, True):

        class Checkpointed(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.net = nn.Linear(3, 3), Net()

            def forward(self, x):
                return checkpoint(self.net, self.first(x), use_reentrant=reentrant)

        run = recorded(os.path.join(folder, str(reentrant)), make=Checkpointed, keeps=("all",))
        for i in range(3):
            assert [of for _, of, _ in run.names(i, "output")] == ["first", "net.fc1", "net.act", "net.fc2", "net", ""]
            assert {"net.fc1", "net.act", "net.fc2", "first"} <= {of for _, of, _ in run.names(i, "output_gradient")}, run.names(i)


@real
def encoders_in_evaluation(folder):
    """Hooks must not take the fast path from an encoder in evaluation mode."""

    class Encodes(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
            self.head = nn.Linear(8, 2)

        def forward(self, x):
            return self.head(self.encoder(x))

    def step(model, optimizer, x, y, run):
        loss = plain_step(model, optimizer, x, y, run)
        model.eval()
        with torch.no_grad():
            model.validation = model.__dict__.get("validation", []) + flat(model(x))
        model.train()
        return loss + sum(model.validation) * 0.001

    def data(steps):
        for _ in range(steps):
            yield torch.randn(3, 5, 8), torch.randn(3, 5, 2)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        run = recorded(folder, make=Encodes, data=data, step=step, keeps=KEEPS)
    for i in range(3):
        assert run.has(i, "output", "encoder.layers.1.linear2") and len(run.names(i, "batch")) == 1


@real
def wrapped_models(folder):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    start = lambda m: parity_torch.record(os.path.join(folder, "x"), m, optimizer)  # noqa: E731
    demand_error(TypeError, "DataParallel", lambda: start(nn.DataParallel(model)))
    demand_error(TypeError, "torch.jit", lambda: start(torch.jit.script(nn.Linear(2, 2))))
    demand_error(ValueError, "no shape yet", lambda: start(nn.LazyLinear(2)))
    if hasattr(torch, "compile"):
        demand_error(TypeError, "before torch.compile", lambda: start(torch.compile(model)))
    assert not os.path.exists(os.path.join(folder, "x"))


@real
def hooks_of_others(folder):
    """Hooks that the script has are called as before, and stay."""

    def go(record):
        torch.manual_seed(1)
        model = Net()
        calls = []
        model.fc1.register_forward_hook(lambda m, i, o: o * 2)
        model.act.register_full_backward_hook(lambda m, i, o: calls.append(flat(o[0])))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        run = parity_torch.record(os.path.join(folder, "run"), model, optimizer, strict=True) if record else None
        for x, y in batches(2):
            optimizer.zero_grad()
            loss = mse(model(x), y)
            loss.backward()
            optimizer.step()
        if run:
            run.close()
        assert len(model.fc1._forward_hooks) == 1
        return loss.item(), calls

    assert go(False) == go(True)


def timing():
    """Processor time of a step on one thread, with the recorder and without: the first quartile of 60 steps."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    nets = {
        "MLP 784-512-512-10, batch 128": (
            lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)),
            lambda: (torch.randn(128, 784), torch.randint(0, 10, (128,))),
        ),
        "GPT of 2 blocks of 128, batch 16 × 64": (
            lambda: Gpt(65, 128, 4, 64),
            lambda: (torch.randint(0, 65, (16, 64)), torch.randint(0, 65, (16, 64))),
        ),
        "ConvNet with BatchNorm, batch 64 × 28 × 28": (
            lambda: nn.Sequential(
                nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2), nn.BatchNorm2d(32), nn.ReLU(),
                nn.Flatten(), nn.Linear(32 * 12 * 12, 10),
            ),  # fmt: skip
            lambda: (torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))),
        ),
    }
    for name, (make, draw) in nets.items():
        shown = []
        for keep in ("all", "statistics", "one sum", "hashes"):
            # A step with the recorder beside each without: a processor that others use as well is no more busy for the one than for the other.
            models = [make() for _ in range(2)]
            optimizers = [torch.optim.AdamW(model.parameters(), lr=1e-3) for model in models]
            x, y = draw()
            folder = tempfile.mkdtemp()
            run = parity_torch.record(os.path.join(folder, "run"), models[1], optimizers[1], keep="statistics" if keep == "one sum" else keep)
            if keep == "one sum":  # of each tensor, in its own type: no statistics can cost less
                run._values._head = lambda flat: [flat.sum().item(), 0.0, 0]
            times = ([], [])
            for i in range(2 * 65):
                begin = time.process_time()
                classify(models[i % 2], optimizers[i % 2], x, y, run if i % 2 else None)
                times[i % 2].append(time.process_time() - begin)
            run.close()
            shutil.rmtree(folder)
            alone, recorded = (sorted(t[5:])[15] for t in times)
            shown.append((alone, f"{keep} +{recorded / alone * 100 - 100:.0f} %"))
        print(f"{name}: {min(alone for alone, _ in shown) * 1000:.1f} ms a step; {', '.join(text for _, text in shown)}")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        print("\n".join(function.__name__ for function in CHECKS))
        return 0
    print(f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}, {torch.get_num_threads()} threads")
    if arguments == ["--timing"]:
        timing()
        return 0
    unknown = set(arguments) - {function.__name__ for function in CHECKS}
    if unknown:
        sys.exit(f"there is no check {', '.join(sorted(unknown))}: --list names them")
    failed = 0
    for function in CHECKS:
        if arguments and function.__name__ not in arguments:
            continue
        folder = tempfile.mkdtemp()
        begin = time.perf_counter()
        try:
            function(folder)
            print(f"holds   {function.__name__} ({time.perf_counter() - begin:.2f} s)")
        except Exception as error:
            failed += 1
            print(f"FAILS   {function.__name__}: {type(error).__name__}: {error}")
            if arguments:
                raise
        finally:
            shutil.rmtree(folder)
    print(f"{failed} of {len(arguments or CHECKS)} checks fail" if failed else f"all {len(arguments or CHECKS)} checks hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
