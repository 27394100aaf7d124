using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>The losses on the model engine, operation by operation as <see cref="Loss"/>.</summary>
internal static class ModelLoss
{
    internal static ModelValue Of(TrainingSpec spec, ModelValue[] outputs, Dataset batch, Func<ModelValue, double, ModelValue>? each)
    {
        var loss = spec.Loss;
        var parts =
            each is null && loss.Kind is "cross_entropy" or "nll_loss"
                ? OwnClass(outputs, batch)
                : outputs.Select((o, i) => (each ?? Each(loss))(o, batch.Targets[i]));
        var terms = parts.ToArray();
        var sum = Fold(terms);
        return loss.Word("reduction") == "sum" ? sum : sum / terms.Length;
    }

    /// <summary>strength · Σp², each p² a product.</summary>
    internal static ModelValue L2(ModelValue[] parameters, double strength) => strength * Fold([.. parameters.Select(p => p * p)]);

    /// <summary>Softmax as the engine records it: the greatest input enters as a constant.</summary>
    internal static ModelValue[] Softmax(ModelValue[] inputs)
    {
        var greatest = inputs[0].Constant(inputs.Max(x => x.Data));
        var exponentials = Array.ConvertAll(inputs, x => (x - greatest).Apply("exp"));
        var inverse = Fold(exponentials).Apply("reciprocal");
        return Array.ConvertAll(exponentials, e => e * inverse);
    }

    private static Func<ModelValue, double, ModelValue> Each(Choice loss) =>
        loss.Kind switch
        {
            "mse_loss" => (o, y) => (o - y).Pow(2),
            "l1_loss" => (o, y) => (o - y).Apply("abs"),
            "smooth_l1_loss" => (o, y) => SmoothL1(o - y, loss["beta"]),
            "huber_loss" => (o, y) => Huber(o - y, loss["delta"]),
            "hinge" => (o, y) => (loss["margin"] - y * o).Apply("relu"),
            "binary_cross_entropy" => (o, y) => (y - 1) * Held((-o).Apply("log1p")) - y * Held(o.Apply("log")),
            "binary_cross_entropy_with_logits" => (o, y) => o.Apply("binary_cross_entropy_with_logits", y),
            _ => throw new ArgumentException($"There is no loss {loss.Kind}.", nameof(loss)),
        };

    private static IEnumerable<ModelValue> OwnClass(ModelValue[] outputs, Dataset batch)
    {
        var classes = batch.Classes();
        var scores = outputs.Length / classes.Length;
        for (var i = 0; i < classes.Length; i++)
            yield return -LogSoftmax(outputs[(i * scores)..((i + 1) * scores)])[classes[i]];
    }

    private static ModelValue[] LogSoftmax(ModelValue[] scores)
    {
        var greatest = scores[0].Constant(scores.Max(x => x.Data));
        var differences = Array.ConvertAll(scores, x => x - greatest);
        var log = Fold(Array.ConvertAll(differences, d => d.Apply("exp"))).Apply("log");
        return Array.ConvertAll(differences, d => d - log);
    }

    private static ModelValue Fold(ModelValue[] terms) => terms.Aggregate((a, b) => a + b);

    private static ModelValue SmoothL1(ModelValue d, double beta) =>
        Math.Abs(d.Data) < beta ? 0.5 * d.Pow(2) / beta : (d.Data <= -beta ? -d : d) - 0.5 * beta;

    private static ModelValue Huber(ModelValue d, double delta) => Math.Abs(d.Data) < delta ? 0.5 * d.Pow(2) : delta * (d.Apply("abs") - 0.5 * delta);

    private static ModelValue Held(ModelValue logarithm) => logarithm.Data < -100 ? logarithm.Constant(-100) : logarithm;
}
