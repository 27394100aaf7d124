using Micrograd.Parity.Diff;
using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>Comparisons of recordings: one of each verdict, and one that has everything a page can be given, hostile text among it.</summary>
internal static class DiffFixture
{
    internal const string Hostile = "<script>alert(1)</script>\u202E\u0007 & \"quoted\"";

    internal static readonly string[] Names = ["diff of the same", "diff within rounding", "diff of all", "diff of many steps"];

    internal static DiffResult Result(string name) =>
        name switch
        {
            "diff of the same" => Of([], new DiffCounts(120, 120, 0, 0), 3, _ => 0),
            "diff within rounding" => Of([], new DiffCounts(120, 20, 90, 10), 3, step => 1e-8 * (step + 1)),
            "diff of all" => Of(Findings(), new DiffCounts(120, 20, 50, 10), 5, step => Math.Pow(10, step - 4)),
            _ => Of(Findings(), new DiffCounts(1_200_000, 20, 50, 10), 1000, step => step < 500 ? 0 : step / 100.0),
        };

    private static DiffResult Of(IReadOnlyList<Finding> findings, DiffCounts counts, int steps, Func<int, double> distance) =>
        new(
            Run("runs/original", "PyTorch 2.11.0", "python 3.12.3"),
            Run("runs/port", "TorchSharp 0.107.0", "libtorch 2.10.0") with
            {
                IsCutShort = findings.Count > 0,
            },
            findings,
            findings.Count > 0 ? ["blocks.0.norm1 is taken for transformer.h.0.ln_1.", Hostile] : [],
            findings.Count > 0 ? ["Outputs of 2 modules, which the port calls as functions."] : [],
            counts,
            [.. Enumerable.Range(0, steps).Select(i => new LossPair(i, 4.2 / (i + 1), findings.Count == 0 ? 4.2 / (i + 1) : 4.2 / (i + 2)))],
            [.. Enumerable.Range(0, steps)],
            [
                .. Modules(findings.Count > 0)
                    .Select(m => m with { Distances = [.. Enumerable.Range(0, steps).Select(i => m.PortName is null ? double.NaN : distance(i))] }),
            ]
        );

    private static RunSummary Run(string path, string framework, string version) =>
        new(path, "original", $"{framework} ({version})", [new("device", "cpu"), new("threads", "2"), new("dtype", "float32")], Keep.All, 3, false);

    private static IEnumerable<ModuleDistances> Modules(bool isHostile) =>
        [
            new("", "", "GPT", []),
            new("transformer.wte", "token_embedding", "Embedding", []),
            new("transformer.h.0", "blocks.0", "Block", []),
            new("transformer.h.0.attn.resid_dropout_with_a_long_name_of_its_own", null, "Dropout", []),
            new("transformer.h.0.mlp.c_fc", "blocks.0.mlp.0", "Linear", []),
            new("lm_head", "lm_head", isHostile ? Hostile : "Linear", []),
        ];

    private static IReadOnlyList<Finding> Findings() =>
        [
            new(Stage.Forward, 0, "transformer.h.0.mlp.act", "blocks.0.mlp.1", "the output of transformer.h.0.mlp.act (GELU) differs")
            {
                Quantity = RecordedQuantity.Output,
                Difference = new TensorDifference(0.0312, [0, 17, 3], 0.1234567890123, -1e-30, 0.5),
                Wrong = [new Wrong(Side.Port, [0, 17, 3], 0.1, 0.12345678, 1e-7), new Wrong(Side.Original, [], double.NaN, double.NaN, 0)],
                Causes =
                [
                    new Mistake("gelu-exact", "the port computes GELU by erf, the original by tanh.", "Write nn.GELU(approximate: tanh)."),
                    new Mistake(Hostile, Hostile, ""),
                ],
                Others = ["transformer.h.1.mlp.act", Hostile],
            },
            new(Stage.Settings, -1, "transformer.h.0.ln_1", "blocks.0.norm1", "LayerNorm has eps 1E-05 in the original and 0.001 in the port"),
            new(Stage.Backward, 0, "lm_head.weight", "lm_head.weight", "the gradient of lm_head.weight differs")
            {
                Quantity = RecordedQuantity.Gradient,
                Difference = new TensorDifference(double.PositiveInfinity, [], double.NaN, double.NegativeInfinity, null),
            },
            .. Enumerable
                .Range(0, 250)
                .Select(i => new Finding(Stage.Update, 1 + i, $"p{i}", $"p{i}", $"p{i} after the step differs")
                {
                    Quantity = RecordedQuantity.Parameter,
                }),
        ];
}
