"""A small engine, right or with one operator wired as another, whose graph is compared with what was meant: wiring.py MISTAKE TRACE RECORDER."""

import math
import sys

sys.path.insert(0, sys.argv[3])
import parity_trace

MISTAKE = sys.argv[1]


class Scalar:
    def __init__(self, data, children=(), op="", vjps=()):
        self.data, self.grad, self._prev, self._op, self._vjps = float(data), 0.0, tuple(children), op, vjps

    def __add__(self, other):
        if MISTAKE == "number is dropped" and not isinstance(other, Scalar):
            return self
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data + other.data, (self, other), "+", (lambda g: g, lambda g: g))

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        if MISTAKE == "operand is copied":
            other = Scalar(other.data)
        return Scalar(self.data * other.data, (self, other), "*", (lambda g: g * other.data, lambda g: g * self.data))

    def __pow__(self, number):
        if MISTAKE == "square is forgotten" and number == 2:
            return self * 1
        power = Scalar(self.data**number, (self,), f"**{number}", (lambda g: g * number * self.data ** (number - 1),))
        return power

    def exp(self):
        out = Scalar(math.exp(self.data), (self,), "exp")
        out._vjps = (lambda g: g * out.data,)
        return out

    def tanh(self):
        e = (self * 2).exp()
        return (e - 1) / (e + 1)

    def __neg__(self):
        return self * (1 if MISTAKE == "minus is forgotten" else -1)

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self / other if MISTAKE == "quotient is reflected" else Scalar(other) / self

    __radd__, __rmul__ = __add__, __mul__
    __rsub__ = __sub__ if MISTAKE == "difference is reflected" else lambda self, other: Scalar(other) - self

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node._prev:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, vjp in zip(node._prev, node._vjps):
                parent.grad += vjp(node.grad)


class Neuron:
    def __init__(self, weights):
        self.weights = [Scalar(w) for w in weights]

    def __call__(self, inputs):
        return sum((w * x for w, x in zip(self.weights, inputs)), 0.5).tanh()


neuron = Neuron([0.3, -0.2])


def function(a, b, rest):
    c = 5 - a * rest[0]
    d = 3 / (b + 1.5) + neuron([c, b])
    return (c - d) ** 2 * d - -a + neuron.weights[0] / rest[1]


parity_trace.compare(function, Scalar, [0.75, 2.5, [0.625, -1.25]], path=sys.argv[2])
