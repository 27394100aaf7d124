using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in which samples and which of their numbers take part.</summary>
internal static class DataFaults
{
    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "targets-shuffled",
            "Targets are in another order than the inputs",
            Six,
            _ => true,
            Reordered(n => [.. Enumerable.Range(0, n).Select(i => (i + 1) % n)]),
            "Inputs and targets are shuffled by different orders, or only one of them is sorted, shuffled or shifted.",
            "Outputs of the first step are right, the loss is wrong; the network learns other samples' targets.",
            "random.shuffle(xs); random.shuffle(ys).",
            "Shuffle indices, and index both with them.",
            Orders
        ),
        Row(
            "dropout-on-one-side",
            "Some neurons are dropped",
            Six,
            s => s.Sizes.Count > 2,
            new() { Dropout = Planted },
            "The network drops neurons at random, which the specification does not say; or it still drops them where it is to be evaluated.",
            "Outputs are wrong from the first step on, each as if some neurons had the output 0.",
            "A dropout layer in one of the two networks; model.eval() forgotten.",
            "Use dropout on neither side, or record without it.",
            Dropped
        ),
    ];

    private static TrainingSpec Six =>
        Small with
        {
            Sizes = [2, 3, 1],
            Activations = ["tanh", "linear"],
            Data = AllParts.DataOf(
                "inline",
                ("inputs", new double[][] { [0.5, -1], [1.5, 0.25], [-0.75, 1], [1.25, 0.75], [-0.5, -0.25], [0.125, 2] }),
                ("targets", new double[][] { [1], [-0.5], [0.25], [0.75], [-1], [0.5] })
            ),
        };

    private static LoopRules Reordered(Func<int, int[]> order) => new() { Batch = (_, batch) => Reorder(batch, order(batch.Count)) };

    private static Dataset Reorder(Dataset batch, int[] order) => new(batch.Features, batch.Inputs.ToArray(), batch.Pick(order).Targets.ToArray());

    private static IEnumerable<FaultVariant> Orders(TrainingClues clues)
    {
        if (!clues.IsFrom(TrainingPhase.Loss, TrainingPhase.Backward))
            yield break;
        if (TargetOrder.Find(clues) is { } one)
            yield return new(Says(one), Reordered(_ => one));
        if (TargetOrder.OfEachStep(clues) is { Count: > 0 } orders)
        {
            yield return new(
                "another order in each step",
                new() { Batch = (number, batch) => orders.TryGetValue(number, out var order) ? Reorder(batch, order) : batch }
            );
        }

        var n = clues.Run.BatchCount;
        yield return new("reversed", Reordered(count => [.. Enumerable.Range(0, count).Reverse()]));
        for (var by = 2; by < Math.Min(n, 33); by++)
        {
            var shift = by;
            yield return new($"shifted by {shift}", Reordered(count => [.. Enumerable.Range(0, count).Select(i => (i + shift) % count)]));
        }

        yield return new("sorted", new() { Batch = (_, batch) => Reorder(batch, Sorted(batch, 1)) });
        yield return new("sorted, the greatest first", new() { Batch = (_, batch) => Reorder(batch, Sorted(batch, -1)) });
    }

    private static int[] Sorted(Dataset batch, int sign) => [.. Enumerable.Range(0, batch.Count).OrderBy(i => sign * batch.Target(i)[0])];

    private static string Says(int[] order) =>
        $"the samples have the targets of samples {string.Join(", ", order.Take(16))}{(order.Length > 16 ? ", …" : "")}";

    private static double Planted(int step, int sample, int layer, int input) => layer > 0 && (step + sample + input) % 3 == 0 ? 0 : 1;

    private static IEnumerable<FaultVariant> Dropped(TrainingClues clues) =>
        DroppedInputs
            .Found(clues)
            .SelectMany(found =>
                new[]
                {
                    new FaultVariant(found.Says, new() { Dropout = found.Factors }),
                    new($"{found.Says}; backward does not drop them", new() { Dropout = found.Factors, Layers = new() }),
                    new(
                        $"{found.Says}; backward drops them by their output only",
                        new()
                        {
                            Dropout = found.Factors,
                            Layers = new() { Errors = LayerwiseBackward.ErrorOfEach(l => l.Product(i => LayerFaults.ByOutput(l, l.Used[i]))) },
                        }
                    ),
                }
            );
}
