using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in the update, in clipping and in the schedule.</summary>
internal static class UpdateFaults
{
    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "wrong-sign-of-update",
            "The update adds the gradient",
            Small,
            _ => true,
            new() { Update = t => t.Update(_ => true, -1) },
            "p += lr · grad climbs the loss.",
            "The first step's gradients are right; every parameter moves as far as it should, the wrong way, and the loss rises.",
            "p = 1, gradient 2, lr 0.1: 0.8, here 1.2.",
            "p −= lr · grad."
        ),
        Row(
            "nothing-updated",
            "No parameter changes",
            Small,
            _ => true,
            new() { Update = _ => { } },
            "The update is never called, runs on copies of the parameters, or finds their gradients cleared already.",
            "The first step's gradients are right; the loss stays the same for ever.",
            "for p in params: p = p − lr * p.grad, which names a new number and leaves the parameter alone.",
            "Change the parameter itself: p.data −= lr * p.grad; clear gradients before backward, not after it."
        ),
        Row(
            "bias-not-updated",
            "Biases are not updated",
            Small,
            s => s.Bias,
            new() { Update = t => t.Update(p => !t.Shape.IsBias(p)) },
            "The update runs over the weights only.",
            "Gradients of the first step are right; weights move, biases stay.",
            "for w in self.w: w.data −= lr * w.grad, without self.b.",
            "Let parameters() return the bias too."
        ),
        Row(
            "weights-not-updated",
            "Only biases are updated",
            Small,
            s => s.Bias,
            new() { Update = t => t.Update(t.Shape.IsBias) },
            "The update runs over the biases only.",
            "Gradients of the first step are right; biases move, weights stay.",
            "return [n.b for n in self.neurons].",
            "Let parameters() return the weights too."
        ),
        Row(
            "first-layer-not-updated",
            "The first layer is not updated",
            Small,
            s => s.Sizes.Count > 2,
            new() { Update = t => t.Update(p => t.Shape.LayerOf(p) != 0) },
            "The first layer's parameters are missing from the list that is updated.",
            "Gradients of the first step are right; all layers but the first move.",
            "for layer in layers[1:].",
            "Update every layer."
        ),
        Row(
            "last-layer-not-updated",
            "The last layer is not updated",
            Small,
            s => s.Sizes.Count > 2,
            new() { Update = t => t.Update(p => t.Shape.LayerOf(p) != t.Shape.Layers - 1) },
            "The last layer's parameters are missing from the list that is updated.",
            "Gradients of the first step are right; all layers but the last move.",
            "for layer in layers[:-1].",
            "Update every layer."
        ),
        Row(
            "only-last-layer-updated",
            "Only the last layer is updated",
            Small,
            s => s.Sizes.Count > 3,
            new() { Update = t => t.Update(p => t.Shape.LayerOf(p) == t.Shape.Layers - 1) },
            "The list that is updated holds the last layer's parameters only.",
            "Gradients of the first step are right; only the last layer moves.",
            "params = layer.parameters() in the loop over layers, in place of params += ….",
            "Update every layer."
        ),
        Row(
            "rate-times-batch",
            "The learning rate is multiplied by the number of samples",
            Small,
            s => s.BatchSize != 1,
            new() { Update = t => t.Update(_ => true, t.BatchCount) },
            "The rate is scaled by the batch once more.",
            "Gradients of the first step are right; every change is the right one times the number of samples.",
            "p −= lr · n · grad.",
            "The reduction of the loss says what a step is; leave the rate alone."
        ),
        Row(
            "rate-over-batch",
            "The learning rate is divided by the number of samples",
            Small,
            s => s.BatchSize != 1,
            new() { Update = t => t.Update(_ => true, 1.0 / t.BatchCount) },
            "The rate is scaled by the batch once more.",
            "Gradients of the first step are right; every change is the right one over the number of samples.",
            "p −= lr / n · grad.",
            "The reduction of the loss says what a step is; leave the rate alone."
        ),
        Row(
            "rate-doubled",
            "The learning rate is doubled",
            Small,
            _ => true,
            new() { Update = t => t.Update(_ => true, 2) },
            "A 2 from the derivative of the square, or from somewhere else, is multiplied into the rate.",
            "Gradients of the first step are right; every change is twice the right one.",
            "p −= 2 · lr · grad.",
            "The gradient has the 2 of the square already."
        ),
        Row(
            "updated-twice",
            "Each step updates twice",
            With("sgd", ("lr", 0.05), ("momentum", 0.9)),
            s => s.Optimizer.Kind != "sgd" || s.Optimizer["momentum"] != 0 || s.Optimizer["weight_decay"] != 0,
            new()
            {
                Update = t =>
                {
                    t.Update(_ => true);
                    t.Update(_ => true);
                },
            },
            "optimizer.step() is called twice, once in the loop and once in a function that it calls.",
            "Gradients of the first step are right; parameters and the optimizer's state are one update ahead.",
            "loss.backward(); optimizer.step(); … optimizer.step().",
            "One update for each backward pass."
        ),
        Row(
            "clipping-left-out",
            "Gradients are not clipped",
            Clipped("value", ("limit", 0.5)),
            s => s.Clip is not null,
            new() { Clip = _ => { } },
            "Clipping is called after the update, on other gradients, or not at all.",
            "Gradients after backward are right, those that the update goes by too great.",
            "optimizer.step(); clip_grad_value_(…).",
            "backward, then clip, then update."
        ),
        Row(
            "clipped-by-value-for-norm",
            "Gradients are clipped one by one, not by their norm",
            Clipped("norm", ("max_norm", 0.5)),
            s => s.Clip?.Kind == "norm",
            new() { Clip = t => t.Clip(AllParts.ClipOf("value", ("limit", t.Spec.Clip!["max_norm"]))) },
            "Each gradient is kept within the limit by itself, which turns the direction of the step.",
            "Gradients after backward are right; after clipping great ones equal the limit and small ones are as before.",
            "(3, 4) to a norm of 1 is (0.6, 0.8), here (1, 1).",
            "Scale all gradients by the same factor: limit / norm."
        ),
        Row(
            "norm-of-each-parameter",
            "Each parameter's gradient is clipped by its own norm",
            Clipped("norm", ("max_norm", 0.5)),
            s => s.Clip?.Kind == "norm",
            new() { Clip = t => t.Change(g => g * Math.Min(1, t.Spec.Clip!["max_norm"] / (Math.Abs(g) + 1e-6))) },
            "The norm is taken number by number, or layer by layer, where that of all gradients together is meant.",
            "Gradients after backward are right; after clipping their common norm is still above the limit.",
            "(3, 4) to a norm of 1 is (0.6, 0.8), here about (1, 1).",
            "One norm over all parameters."
        ),
        OfGroups(
            "norm-of-each-tensor",
            "Each tensor's gradients are clipped by their own norm",
            (t, p) => t.Layout[p].Tensor,
            "The norm is taken tensor by tensor, where that of all gradients together is meant: clip_grad_norm_ is called for each parameter.",
            "dW with norm 3 and db with norm 4 to a norm of 1: both are divided by 5, here by 3 and 4."
        ),
        OfGroups(
            "norm-of-each-layer",
            "Each layer's gradients are clipped by their own norm",
            (t, p) => t.Shape.LayerOf(p),
            "The norm is taken layer by layer, where that of all gradients together is meant: each layer clips its own.",
            "Layers with norms 3 and 4 to a norm of 1: both are divided by 5, here by 3 and 4."
        ),
        OfGroups(
            "norm-of-each-neuron",
            "Each neuron's gradients are clipped by their own norm",
            (t, p) => (t.Shape.LayerOf(p), t.Layout[p].Index[0]),
            "The norm is taken neuron by neuron, where that of all gradients together is meant: clipping runs in the loop over neurons.",
            "Neurons with norms 3 and 4 to a norm of 1: both are divided by 5, here by 3 and 4."
        ),
        Row(
            "norm-without-its-root",
            "The norm that clips has no root",
            Clipped("norm", ("max_norm", 0.5)),
            s => s.Clip?.Kind == "norm",
            new()
            {
                Clip = t =>
                {
                    var square = t.Gradients.Sum(g => g * g) ?? 0;
                    t.Change(g => g * Math.Min(1, t.Spec.Clip!["max_norm"] / (square + 1e-6)));
                },
            },
            "The sum of squares is compared with the limit, not its root.",
            "Gradients after backward are right; after clipping their norm is not the limit.",
            "(3, 4) to a norm of 1 is divided by 5, here by 25.",
            "limit / sqrt(sum(g * g))."
        ),
        Row(
            "momentum-with-the-rate-inside",
            "The learning rate is inside the momentum",
            Scheduled with
            {
                Optimizer = With("sgd", ("lr", 0.05), ("momentum", 0.9)).Optimizer,
            },
            s => s.Optimizer.Kind == "sgd" && s.Optimizer["momentum"] != 0 && !s.Optimizer.Flag("nesterov") && s.Optimizer["dampening"] == 0,
            new() { Optimizer = new() { RateInside = true } },
            "v = μ · v + lr · grad; p −= v. Earlier gradients keep the rate of their own steps; PyTorch's buffer adds up gradients, and the rate of the "
                + "step multiplies all of it.",
            "Right as long as the rate stays the same, except the buffer itself. With a schedule each change is too great, as it holds the greater rates of before.",
            "μ = 0.9, gradients 1 and 1, rates 0.1 and 0.01: the second change is 0.019, here 0.1.",
            "v = μ · v + grad; p −= lr · v."
        ),
        Row(
            "scaled-below-the-norm",
            "Gradients below the greatest norm are scaled up to it",
            Clipped("norm", ("max_norm", 100.0)),
            s => s.Clip?.Kind == "norm",
            new()
            {
                Clip = t =>
                {
                    var norm = Math.Sqrt(t.Gradients.Sum(g => g * g) ?? 0);
                    t.Change(g => g * (t.Spec.Clip!["max_norm"] / (norm + 1e-6)));
                },
            },
            "The factor limit / norm is applied always, also where it is above 1.",
            "Steps with a norm above the limit are right, others are too long.",
            "(0.3, 0.4) with limit 1 stays as it is, here (0.6, 0.8).",
            "Scale by min(1, limit / norm)."
        ),
        Row(
            "schedule-ignored",
            "The learning rate stays the same",
            Scheduled,
            s => s.Schedule is not null,
            Misread(s => s with { Schedule = null }),
            "The schedule is made and never stepped.",
            "The first step is right; later ones use the initial rate.",
            "scheduler.step() is missing.",
            "Step the schedule once after each optimizer step."
        ),
        Row(
            "schedule-before-update",
            "The learning rate changes before the update, not after it",
            Scheduled,
            s => s.Schedule is not null,
            new() { SchedulesFirst = true },
            "The schedule is stepped before the optimizer, so that every step uses the next one's rate.",
            "The first update is made with the second rate, and so on.",
            "scheduler.step(); optimizer.step().",
            "optimizer.step(), then scheduler.step()."
        ),
    ];

    private static TrainingFault OfGroups(string name, string title, Func<ModelTraining, int, object> group, string what, string example) =>
        Row(
            name,
            title,
            Clipped("norm", ("max_norm", 0.5)),
            s => s.Clip?.Kind is "norm" or "normalize",
            new()
            {
                Clip = t =>
                {
                    foreach (var members in Enumerable.Range(0, t.Parameters.Length).GroupBy(p => group(t, p)))
                        t.Clip(t.Spec.Clip, [.. members]);
                },
            },
            what,
            "Gradients after backward are right; after clipping their common norm is still above the limit, and the step has another direction.",
            example,
            "One norm over all parameters, and one factor."
        );

    private static TrainingSpec Scheduled => Small with { Schedule = AllParts.ScheduleOf("exponential", ("gamma", 0.8)) };

    private static TrainingSpec Clipped(string kind, params (string Setting, object Value)[] settings) =>
        Small with
        {
            Clip = AllParts.ClipOf(kind, settings),
        };
}
