"""A network written by hand over lists, as a script in Python would, with mistakes: training_faults.py MISTAKE[+MISTAKE] SETUP TRACE RECORDER."""

import json
import math
import random
import sys

sys.path.insert(0, sys.argv[4])
import parity_trace

MISTAKES = set(sys.argv[1].split("+"))
SETUP = json.loads(sys.argv[2])
RATE = SETUP["optimizer"]["lr"]


def has(name):
    return name in MISTAKES


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


FUNCTIONS = {
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2, lambda y: 1 - y * y),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), lambda y: y * (1 - y)),
    "relu": (lambda z: max(0.0, z), lambda z: 1.0 if z > 0 else 0.0, lambda y: 1.0 if y > 0 else 0.0),
    "linear": (lambda z: z, lambda z: 1.0, lambda y: 1.0),
}


def softmax(rows):
    if has("softmax over the batch"):
        total = sum(math.exp(z) for row in rows for z in row)
        return [[math.exp(z) / total for z in row] for row in rows]
    if has("softmax over the samples"):
        totals = [sum(math.exp(row[k]) for row in rows) for k in range(len(rows[0]))]
        return [[math.exp(z) / total for z, total in zip(row, totals)] for row in rows]
    result = []
    for row in rows:
        most = max(row)
        total = sum(math.exp(z - most) for z in row)
        result.append([math.exp(z - most) / total for z in row])
    return result


def loss_of(outputs, targets):
    """The loss, a mean, and its gradient with respect to each output."""
    n = len(outputs)
    if SETUP["loss"] == "mse_loss":
        count = n * len(outputs[0])
        value = sum((o - y) ** 2 for row, ys in zip(outputs, targets) for o, y in zip(row, ys)) / count
        return value, [[2 * (o - y) / count for o, y in zip(row, ys)] for row, ys in zip(outputs, targets)]
    if SETUP["loss"] == "cross_entropy":
        p = softmax(outputs)
        value = -sum(math.log(row[int(y[0])]) for row, y in zip(p, targets)) / n
        error = [[q - (k == int(y[0])) for k, q in enumerate(row)] for row, y in zip(p, targets)]
        if has("softmax gradient twice"):
            error = [[q * (e - sum(a * b for a, b in zip(row, es))) for q, e in zip(row, es)] for row, es in zip(p, error)]
        return value, [[e / n for e in row] for row in error]
    value, gradient = 0.0, []
    sign = 1 if has("binary cross-entropy sign") else -1
    for (p,), (y,) in zip(outputs, targets):
        value += sign * (y * math.log(p) + (1 - y) * math.log(1 - p)) / n
        gradient.append([sign * (y / p - (1 - y) / (1 - p)) / n])
    if has("binary cross-entropy gradient sign"):
        gradient = [[(-y / p - (1 - y) / (1 - p)) / n] for (p,), (y,) in zip(outputs, targets)]
    return value, gradient


def backward(weights, inputs, sums, outputs, arrived):
    """Gradients of the weights and biases, layer by layer from the last."""
    gradients, n = [None] * len(weights), len(arrived)
    for layer in reversed(range(len(weights))):
        name = SETUP["activations"][layer]
        _, slope, slope_of_output = FUNCTIONS[name]
        last = layer == len(weights) - 1
        delta = [[a * slope(z) for a, z in zip(row, zs)] for row, zs in zip(arrived, sums[layer])]
        if name != "linear":
            if has("output for derivative") and last:
                delta = [[a * y for a, y in zip(row, ys)] for row, ys in zip(arrived, outputs[layer])]
            if has("derivative of the output") and not last:
                delta = [[a * slope(y) for a, y in zip(row, ys)] for row, ys in zip(arrived, outputs[layer])]
            if has("hidden derivative left out") and not last:
                delta = arrived
            if has("derivative as matrix product") and not last:
                units = range(len(arrived[0]))
                product = [[sum(ys[j] * (1 - ys[k]) for ys in outputs[layer]) for k in units] for j in units]
                if name == "tanh":
                    product = [[1 - sum(ys[j] * ys[k] for ys in outputs[layer]) for k in units] for j in units]
                delta = [[sum(row[j] * product[j][k] for j in units) for k in units] for row in arrived]
        source = inputs[layer]
        dw = [[sum(d[o] * x[i] for d, x in zip(delta, source)) for i in range(len(source[0]))] for o in range(len(delta[0]))]
        db = [sum(d[o] for d in delta) for o in range(len(delta[0]))]
        if has("own output for input"):
            dw = [[sum(d[o] * y[o] for d, y in zip(delta, outputs[layer])) for _ in source[0]] for o in range(len(delta[0]))]
        if has("bias of first sample"):
            db = list(delta[0])
        if has("bias over units"):
            db = [sum(map(sum, delta))] * len(db)
        if has("bias averaged"):
            db = [b / n for b in db]
        if has("one layer not averaged") and layer == 0:
            dw = [[n * w for w in row] for row in dw]
        gradients[layer] = (dw, db)
        w = weights[layer][0]
        arrived = [[sum(d[o] * w[o][i] for o in range(len(d))) for i in range(len(source[0]))] for d in delta]
    return gradients


def forward(weights, rows, step):
    inputs, sums, outputs = [], [], []
    for layer, (w, b) in enumerate(weights):
        if layer > 0 and has("dropout"):
            rows = [[0.0 if (3 * step + 5 * r + i) % 4 == 0 else x for i, x in enumerate(row)] for r, row in enumerate(rows)]
        inputs.append(rows)
        sums.append([[bias + sum(a * x for a, x in zip(row, xs)) for row, bias in zip(w, b)] for xs in rows])
        rows = [[FUNCTIONS[SETUP["activations"][layer]][0](z) for z in zs] for zs in sums[-1]]
        outputs.append(rows)
    return inputs, sums, outputs


class Optimizer:
    def __init__(self):
        self.settings, self.state, self.step = SETUP["optimizer"], {}, 0

    def update(self, key, p, g, is_bias, layer):
        s = self.settings
        kind, decay, rate = s["kind"], s.get("weight_decay", 0.0), RATE
        if (has("decay not on biases") and is_bias) or (has("decay on first layer") and layer != 0):
            decay = 0.0
        after = 0.0
        if kind == "adamw":
            p = p * (1 - rate * decay)
        elif has("decay after momentum"):
            after = rate * decay * p
        elif has("decay without rate"):
            after = decay * p
        else:
            g = g + decay * p
        if kind == "sgd":
            if s.get("momentum"):
                self.state[key] = g if key not in self.state else s["momentum"] * self.state[key] + g
                g = self.state[key]
            return p - rate * g - after
        m, v = self.state.get(key, (0.0, 0.0))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        first, second = 1 - 0.9**self.step, 1 - 0.999**self.step
        if has("correction multiplied"):
            change = (m * first) / (math.sqrt(v * second) + 1e-8)
        elif has("correction kept"):
            m, v = m / first, v / second
            change = m / (math.sqrt(v) + 1e-8)
        elif has("epsilon before correction"):
            change = (m / first) / ((math.sqrt(v) + 1e-8) / math.sqrt(second))
        elif has("epsilon inside"):
            change = (m / first) / math.sqrt(v / second + 1e-8)
        else:
            change = (m / first) / (math.sqrt(v / second) + 1e-8)
        self.state[key] = (m, v)
        return p - rate * change - after


def clip(gradients, limit):
    def factor(numbers):
        return min(1.0, limit / (math.sqrt(sum(g * g for g in numbers)) + 1e-6))

    if has("clip per layer"):
        factors = [(f, f) for f in (factor([g for row in dw for g in row] + db) for dw, db in gradients)]
    elif has("clip per tensor"):
        factors = [(factor([g for row in dw for g in row]), factor(db)) for dw, db in gradients]
    else:
        whole = factor([g for dw, db in gradients for g in [x for row in dw for x in row] + db])
        factors = [(whole, whole)] * len(gradients)
    return [([[f * g for g in row] for row in dw], [h * g for g in db]) for (dw, db), (f, h) in zip(gradients, factors)]


def summed(parts):
    total = parts[0]
    for part in parts[1:]:
        total = [
            ([[a + b for a, b in zip(r, s)] for r, s in zip(dw, ew)], [a + b for a, b in zip(db, eb)]) for (dw, db), (ew, eb) in zip(total, part)
        ]
    return total


def scaled(gradients, factor):
    return [([[factor * g for g in row] for row in dw], [factor * g for g in db]) for dw, db in gradients]


def by_tensor(numbers):
    result = {}
    for layer, (w, b) in enumerate(numbers):
        result[f"{2 * layer}.weight"] = [x for row in w for x in row]
        result[f"{2 * layer}.bias"] = list(b)
    return result


def main():
    rng = random.Random(11)
    sizes = SETUP["sizes"]
    weights = [([[rng.uniform(-1, 1) for _ in range(a)] for _ in range(b)], [rng.uniform(-1, 1) for _ in range(b)]) for a, b in zip(sizes, sizes[1:])]
    xs, ys = SETUP["data"]["inputs"], SETUP["data"]["targets"]
    used = ys
    if has("targets shuffled"):
        used = list(ys)
        rng.shuffle(used)
    optimizer, kept = Optimizer(), None
    with parity_trace.Training(sys.argv[3], SETUP, parameters=by_tensor(weights)) as trace:
        for step in range(SETUP["steps"]):
            inputs, sums, outputs = forward(weights, xs, step)
            loss, arrived = loss_of(outputs[-1], used)
            size = SETUP_PARTS.get("size")
            if size:
                parts = []
                for k in range(0, len(xs), size):
                    rows = slice(k, k + size)
                    i, s, o = forward(weights, xs[rows], step)
                    parts.append(backward(weights, i, s, o, loss_of(o[-1], used[rows])[1]))
                gradients = summed(parts)
                if has("uneven parts"):
                    gradients = scaled(gradients, 1 / len(parts))
            else:
                gradients = backward(weights, inputs, sums, outputs, arrived)
            if has("not cleared") and kept:
                gradients = summed([gradients, kept])
            kept = gradients
            told = by_tensor(gradients)
            optional = {}
            if "clip" in SETUP:
                gradients = clip(gradients, SETUP["clip"]["max_norm"])
                optional["clipped"] = by_tensor(gradients)
            optimizer.step += 1
            weights = [
                (
                    [[optimizer.update((l, o, i), p, dw[o][i], False, l) for i, p in enumerate(row)] for o, row in enumerate(w)],
                    [b if has("bias not updated") else optimizer.update((l, o), b, db[o], True, l) for o, b in enumerate(bs)],
                )
                for l, ((w, bs), (dw, db)) in enumerate(zip(weights, gradients))
            ]
            trace.step(step, loss=loss, outputs=[o for row in outputs[-1] for o in row], gradients=told, parameters=by_tensor(weights), **optional)


SETUP_PARTS = {"size": next((int(m.split()[-1]) for m in MISTAKES if m.startswith("parts of")), None)}
main()
