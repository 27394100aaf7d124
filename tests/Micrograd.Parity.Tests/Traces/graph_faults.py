"""An engine whose backward pass makes one of the catalogue's mistakes in graphs, as a script in Python would: graph_faults.py NAME TRACE RECORDER."""

import math
import sys

sys.path.insert(0, sys.argv[3])
import parity_trace

# The mistake, and after a + one in the rule of tanh.
MISTAKE, _, OF_TANH = sys.argv[1].partition("+")


class Scalar:
    def __init__(self, data, parents=(), op="", locals_=()):
        self.data, self.grad, self.arrived = float(data), 0.0, False
        self._prev, self._op, self.locals = tuple(parents), op, tuple(locals_)

    def __add__(self, other):
        return Scalar(self.data + other.data, (self, other), "+", (1.0, 1.0))

    def __mul__(self, other):
        return Scalar(self.data * other.data, (self, other), "*", (other.data, self.data))

    def tanh(self):
        t = math.tanh(self.data)
        return Scalar(t, (self,), "tanh", ({"": 1 - t * t, "tanh-missing-factor": 1.0, "tanh-sign": t * t - 1}[OF_TANH],))

    def receive(self, share):
        if MISTAKE == "assigned-for-added" or not self.arrived:
            self.grad = share
        elif MISTAKE == "shares-averaged":
            self.grad = (self.grad + share) / 2
        elif MISTAKE != "first-share-only":
            self.grad += share
        self.arrived = True

    def shares(self):
        pairs = [(parent, self.grad * local) for parent, local in zip(self._prev, self.locals)]
        if MISTAKE == "shared-operand-once":
            pairs = list({id(parent): (parent, share) for parent, share in reversed(pairs)}.values())[::-1]
        if MISTAKE == "leaves-only":
            pairs = [(parent, share) for parent, share in pairs if not parent._prev]
        return pairs

    def pass_on(self):
        for parent, share in self.shares():
            parent.receive(share)
            if MISTAKE in ("recursion-beside-order", "visited-once-per-path"):
                parent.pass_on()

    def descend(self):
        for parent, share in self.shares():
            is_first = not parent.arrived
            parent.receive(share)
            if is_first:
                parent.descend()

    def order(self):
        order, seen = [], set()

        def build(node):
            if node in seen and MISTAKE != "listed-once-per-path":
                return
            seen.add(node)
            for parent in node._prev:
                build(parent)
            order.append(node)

        build(self)
        return order

    def levels(self):
        queue = [self]
        for node in queue:
            queue += [parent for parent in dict.fromkeys(node._prev) if parent not in queue]
        return queue

    def backward(self):
        self.grad, self.arrived = {"root-not-seeded": 0.0, "root-seeded-with-its-value": self.data}.get(MISTAKE, 1.0), True
        if MISTAKE == "no-waiting-for-consumers":
            self.descend()
        elif MISTAKE == "visited-once-per-path":
            self.pass_on()
        else:
            nodes = {"breadth-first-order": self.levels, "order-not-reversed": self.order}.get(MISTAKE, lambda: self.order()[::-1])()
            for node in nodes:
                node.pass_on()


x, y = Scalar(0.7), Scalar(-1.3)
a = x * y
b = a + x
c = b * a
d = c.tanh()
e = c + c
f = d * e
g = f * b
h = (x * y + y).tanh() * x
out = g * g + d + c * h + h
if MISTAKE == "leaf-changed-in-place":
    x.data = 0.6
out.backward()
if MISTAKE == "backward-twice":
    out.backward()
if MISTAKE == "stale-intermediate-gradients":
    # Only the leaves are cleared.
    for leaf in (x, y):
        leaf.grad, leaf.arrived = 0.0, False
    out.backward()
parity_trace.save(sys.argv[2], out, engine=MISTAKE)
