"""An engine that keeps less of its ops than micrograd does, recorded after a pass: engine_styles.py STYLE TRACE RECORDERS."""

import math
import sys

sys.path.insert(0, sys.argv[3])
import parity_trace

STYLE = sys.argv[1]


class Node:
    def __init__(self, data, children=(), op="", requires_grad=True):
        self.data, self.grad, self.requires_grad = float(data), 0.0, requires_grad
        if STYLE != "no parents":
            self._prev = tuple(children) if STYLE in ("numbers held", "composed") else set(children)
        if STYLE == "methods":
            self.value_of_grad, self.grad = self.grad, None
            del self.grad
        if STYLE not in ("no op", "no op, no function"):
            self._op = op
        self._backward = lambda: None

    if STYLE == "methods":

        def grad(self):
            return self.value_of_grad

    def give(self, share):
        if self.requires_grad:
            self.grad += share

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other, requires_grad=STYLE != "constants")
        out = Node(self.data + other.data, (self, other), "+")

        def _backward():
            self.give(out.grad)
            other.give(out.grad)

        out._backward = _backward
        return out

    def __mul__(self, other):
        if STYLE == "numbers held" and not isinstance(other, Node):
            out = Node(self.data * other, (self,), "*")

            def _backward():
                self.give(other * out.grad)

            out._backward = _backward
            return out
        other = other if isinstance(other, Node) else Node(other, requires_grad=STYLE != "constants")
        out = Node(self.data * other.data, (self, other), "*")

        def _backward():
            self.give(other.data * out.grad)
            other.give(self.data * out.grad)

        out._backward = _backward
        return out

    def __sub__(self, other):
        out = Node(self.data - other.data, (self, other), "-")

        def _backward():
            self.give(out.grad)
            other.give(-out.grad)

        out._backward = _backward
        return out

    def __pow__(self, number):
        out = Node(self.data**number, (self,), f"^{number}" if STYLE == "labels" else "**", self.requires_grad)

        def _backward():
            self.give((number * self.data ** (number - 1)) * out.grad)

        out._backward = _backward
        return out

    def exp(self):
        out = Node(math.exp(self.data), (self,), "e")

        def _backward():
            self.give(out.data * out.grad)

        out._backward = _backward
        return out

    def tanh(self):
        if STYLE == "composed":
            twice = (self * 2).exp()
            out = (twice + -1) * (twice + 1) ** -1
        else:
            out = Node(math.tanh(self.data), (self,), "tanh")

        def _backward():
            self.give((1 - out.data**2) * out.grad)

        out._backward = _backward
        return out

    def backward(self):
        order, seen = [], set()

        def build(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    build(child)
                order.append(node)

        build(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()


a, b = Node(0.75), Node(1.5)
if STYLE in ("no parents", "methods", "no op, no function"):
    parity_trace.save(sys.argv[2], Node(2.25, (a, b), "+"))
elif STYLE == "nothing requires a gradient":
    x, y = Node(0.75, requires_grad=False), Node(1.5, requires_grad=False)
    parity_trace.save(sys.argv[2], Node(2.25, (x, y), "+", requires_grad=False))
elif STYLE == "one graph fails":
    with parity_trace.Graphs(sys.argv[2]) as trace:
        right = a + b
        right.backward()
        try:
            trace.add(Node(99.0, (right, Node(5.0)), "-"), name="its operands have no order")
        except ValueError as e:
            print(e)
        trace.add(right, name="right")
else:
    root = (a * b - b).tanh() * 0.5 + (a * a) ** 3 + (b**-1 + a.exp() * 2) ** 0.5
    if STYLE == "constants":
        root = root * Node(0.5, requires_grad=False) ** 2
    root.backward()
    parity_trace.save(sys.argv[2], root)
