using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Matching;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Networks written by hand in Python, with the mistakes that people make in them: each is named first, two at once are both named.</summary>
public sealed class HandWrittenNetworkTests : IDisposable
{
    private static readonly FaultDiagnosis s_diagnosis = new(ParitySuite.Default.Ops, FaultCatalogue.All, AnyMlp.Model);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("regression", "")]
    [InlineData("deep", "")]
    [InlineData("classes", "")]
    [InlineData("probabilities", "")]
    [InlineData("adam", "")]
    [InlineData("clipped", "")]
    [InlineData("decay", "")]
    [InlineData("regression", "parts of 3", "micro-batches-not-divided")]
    [InlineData("regression", "parts of 2", "micro-batches-not-divided")]
    [InlineData("classes", "parts of 4", "micro-batches-not-divided")]
    [InlineData("regression", "parts of 4+uneven parts", "micro-batches-of-uneven-size")]
    [InlineData("deep", "parts of 5+uneven parts", "micro-batches-of-uneven-size")]
    [InlineData("regression", "bias of first sample", "bias-gradient-of-first-sample")]
    [InlineData("deep", "bias over units", "bias-gradient-over-units")]
    [InlineData("classes", "bias averaged", "bias-gradient-averaged")]
    [InlineData("deep", "one layer not averaged", "one-layer-not-averaged")]
    [InlineData("probabilities", "output for derivative", "output-for-derivative")]
    [InlineData("deep", "derivative of the output", "derivative-of-the-output")]
    [InlineData("deep", "own output for input", "own-output-for-input")]
    [InlineData("deep", "derivative as matrix product", "derivative-as-matrix-product-over-the-batch")]
    [InlineData("classes", "derivative as matrix product", "derivative-as-matrix-product-over-the-batch")]
    [InlineData("classes", "softmax over the batch", "softmax-over-the-batch")]
    [InlineData("classes", "softmax over the samples", "softmax-over-the-samples")]
    [InlineData("classes", "softmax gradient twice", "softmax-gradient-twice")]
    [InlineData("probabilities", "binary cross-entropy sign", "binary-cross-entropy-sign")]
    [InlineData("probabilities", "binary cross-entropy gradient sign", "binary-cross-entropy-gradient-sign")]
    [InlineData("regression", "targets shuffled", "targets-shuffled")]
    [InlineData("classes", "targets shuffled", "targets-shuffled")]
    [InlineData("deep", "targets shuffled", "targets-shuffled")]
    [InlineData("regression", "dropout", "dropout-on-one-side")]
    [InlineData("deep", "dropout", "dropout-on-one-side")]
    [InlineData("decay", "decay not on biases", "weight-decay-not-on-biases")]
    [InlineData("decay", "decay on first layer", "weight-decay-on-some-layers")]
    [InlineData("decay", "decay after momentum", "weight-decay-outside-the-gradient")]
    [InlineData("decay", "decay without rate", "weight-decay-without-the-rate")]
    [InlineData("adam", "correction multiplied", "bias-correction-multiplied")]
    [InlineData("adam", "correction kept", "bias-correction-twice")]
    [InlineData("adam", "epsilon before correction", "epsilon-before-the-correction")]
    [InlineData("adam", "epsilon inside", "epsilon-inside-the-root")]
    [InlineData("clipped", "clip per layer", "norm-of-each-layer")]
    [InlineData("clipped", "clip per tensor", "norm-of-each-tensor")]
    [InlineData(
        "deep",
        "derivative as matrix product+one layer not averaged",
        "derivative-as-matrix-product-over-the-batch",
        "one-layer-not-averaged"
    )]
    [InlineData("adam", "bias averaged+correction multiplied", "bias-gradient-averaged", "bias-correction-multiplied")]
    [InlineData("decay", "decay not on biases+hidden derivative left out", "hidden-derivative-left-out", "weight-decay-not-on-biases")]
    [InlineData("deep", "not cleared+bias not updated", "bias-not-updated", "gradients-not-cleared")]
    [InlineData("classes", "softmax over the batch+bias not updated", "softmax-over-the-batch", "bias-not-updated")]
    [InlineData("clipped", "clip per layer+bias of first sample", "bias-gradient-of-first-sample", "norm-of-each-layer")]
    [Trait("Needs", "python")]
    public void A_mistake_is_named(string setup, string mistakes, params string[] named)
    {
        PythonScript.Run("training_faults.py", [mistakes, Setup(setup)], _file);
        var report = Checked.OfFile(_file).Training!;
        if (named.Length == 0)
        {
            Assert.Empty(report.Mistakes);
            return;
        }

        var causes = s_diagnosis.Explain(report.Trace, report.Mistakes);
        Assert.Equal(named.Order(), causes.Take(named.Length).Select(e => e.Fault).Order());
        Assert.All(causes.Take(named.Length), e => Assert.Equal(1, e.Fit));
    }

    private static string Setup(string name) =>
        name switch
        {
            "deep" => Setup([2, 4, 3, 1], ["sigmoid", "tanh", "linear"], "mse_loss", """{"kind": "sgd", "lr": 0.05}""", 7, _ => [0.25 * _ - 0.7]),
            "classes" => Setup([3, 5, 4], ["tanh", "linear"], "cross_entropy", """{"kind": "sgd", "lr": 0.2, "momentum": 0.5}""", 8, i => [i % 4]),
            "probabilities" => Setup([2, 3, 1], ["tanh", "sigmoid"], "binary_cross_entropy", """{"kind": "sgd", "lr": 0.3}""", 5, i => [i % 2]),
            "adam" => Setup([2, 3, 2], ["tanh", "linear"], "mse_loss", """{"kind": "adam", "lr": 0.02}""", 6, i => [0.3 * i, -0.2 * i]),
            "clipped" => Setup(
                [2, 3, 1],
                ["tanh", "linear"],
                "mse_loss",
                """{"kind": "sgd", "lr": 0.1}""",
                6,
                i => [2 + 0.3 * i],
                """, "clip": {"kind": "norm", "max_norm": 0.5}"""
            ),
            "decay" => Setup(
                [3, 4, 1],
                ["tanh", "linear"],
                "mse_loss",
                """{"kind": "sgd", "lr": 0.05, "momentum": 0.9, "weight_decay": 0.05}""",
                6,
                i => [0.4 * i - 1]
            ),
            _ => Setup([2, 3, 1], ["tanh", "linear"], "mse_loss", """{"kind": "sgd", "lr": 0.1}""", 6, i => [0.35 * i - 0.8]),
        };

    private static string Setup(
        int[] sizes,
        string[] activations,
        string loss,
        string optimizer,
        int samples,
        Func<int, double[]> target,
        string more = ""
    )
    {
        var inputs = Enumerable
            .Range(0, samples)
            .Select(s => Enumerable.Range(0, sizes[0]).Select(i => Math.Round(1.7 * Math.Sin(3 * s + 2 * i + 1), 3)));
        var targets = List(Enumerable.Range(0, samples).Select(i => List(target(i))));
        return $$"""
            {"sizes": {{List(sizes)}}, "activations": {{List(
                activations.Select(a => $"\"{a}\"")
            )}}, "loss": "{{loss}}", "optimizer": {{optimizer}}, "steps": 5{{more}},
            "data": {"kind": "inline", "inputs": {{List(inputs.Select(List))}}, "targets": {{targets}} } }
            """;
    }

    private static string List<T>(IEnumerable<T> items) => $"[{string.Join(", ", items.Select(i => FormattableString.Invariant($"{i}")))}]";
}
