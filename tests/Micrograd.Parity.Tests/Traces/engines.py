"""A small engine, right or with one mistake in how it goes backward, that records a graph: engines.py MISTAKE TRACE."""

import math
import sys

sys.path.insert(0, sys.argv[3])
import parity_trace


class Scalar:
    def __init__(self, data, children=(), op="", label=""):
        self.data, self.grad, self.label = float(data), 0.0, label
        self._prev = set(children) if MISTAKE == "sets" else tuple(children)
        self._op = op
        self._backward = lambda: None

    def give(self, share):
        self.grad = share if MISTAKE == "assigned" else self.grad + share

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.data + other.data, (self, other), "+")

        def backward():
            self.give(out.grad)
            other.give(out.grad)

        out._backward = backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.data * other.data, (self, other), "*")

        def backward():
            self.give(other.data * out.grad)
            other.give(self.data * out.grad)

        out._backward = backward
        return out

    def __sub__(self, other):
        if MISTAKE == "sets":
            out = Scalar(self.data - other.data, (self, other), "-")

            def backward():
                self.give(out.grad)
                other.give(-out.grad)

            out._backward = backward
            return out
        return self + other * -1

    def __truediv__(self, other):
        if MISTAKE == "sets":
            out = Scalar(self.data / other.data, (self, other), "/")

            def backward():
                self.give(out.grad / other.data)
                other.give(-out.grad * (out.data / other.data))

            out._backward = backward
            return out
        return self * other**-1

    def __pow__(self, number):
        out = Scalar(self.data**number, (self,), f"**{number}")

        def backward():
            self.give((number * self.data ** (number - 1)) * out.grad)

        out._backward = backward
        return out

    def tanh(self):
        out = Scalar(math.tanh(self.data), (self,), "tanh")

        def backward():
            factor = out.data**2 - 1 if MISTAKE == "tanh sign" else 1 - out.data**2
            self.give(factor if MISTAKE == "tanh upstream" else factor * out.grad)

        out._backward = backward
        return out

    def relu(self):
        out = Scalar(0 if self.data < 0 else self.data, (self,), "ReLU")

        def backward():
            self.give((out.data > 0) * out.grad)

        out._backward = backward
        return out

    def backward(self):
        order, seen = [], set()

        def build(node):
            if node in seen and MISTAKE != "visited twice":
                return
            seen.add(node)
            for child in node._prev:
                build(child)
            order.append(node)

        def recurse(node):
            node._backward()
            for child in node._prev:
                recurse(child)

        def before(node):
            if node in seen:
                return
            seen.add(node)
            node._backward()
            for child in node._prev:
                before(child)

        self.grad = 1.0
        if MISTAKE == "recursion":
            recurse(self)
        elif MISTAKE == "no waiting":
            before(self)
        elif MISTAKE == "recursion and order":
            build(self)
            for node in reversed(order):
                recurse(node)
        else:
            build(self)
            for node in reversed(order):
                node._backward()


MISTAKE = sys.argv[1]
if MISTAKE == "watched":
    parity_trace.watch(Scalar)

a, b = Scalar(-4.0, label="a"), Scalar(2.0, label="b")
c = a + b
c.label = "c"
d = a * b + b**3
d.label = "d"
c = c + c + 1
c = c + c + (a * -1)
d = d + d * 2 + (b + a).relu()
d = d + d * 3 + (b - a).relu()
e = c - d
f = e**2
g = f * 0.5 + Scalar(10.0) / f
t = (g * 0.01).tanh() * (a * 0.3).tanh()
o = t + t * b
o.backward()
if MISTAKE == "stale":
    for leaf in (a, b):
        leaf.grad = 0.0
    o.backward()
if MISTAKE == "wrong sum":
    c.data += 1e-9
parity_trace.save(sys.argv[2], o, engine=f"a Python engine, {MISTAKE}")
