using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Initializations of the parameters, whose numbers both sides are given.</summary>
internal static class Initializers
{
    internal static IReadOnlyList<InitRow> Rows { get; } =
    [
        new(
            "uniform",
            [
                Setting.Any("low", -1, "lower bound"),
                Setting.Any("high", 1, "upper bound"),
                Setting.Flag("bias", "draw biases too; otherwise they are 0"),
            ],
            (c, random, _) => Initializer.Uniform(random, c["low"], c["high"], c.Flag("bias"))
        ),
        new("normal", [Setting.Any("mean", 0, "mean"), Setting.NotNegative("deviation", 1, "standard deviation")], (c, random, _) =>
            Initializer.Normal(random, c["mean"], c["deviation"])
        ),
        new("kaiming_uniform", [Slope], (c, random, _) => Initializer.KaimingUniform(random, c["slope"])),
        new("kaiming_normal", [Slope], (c, random, _) => Initializer.KaimingNormal(random, c["slope"])),
        new("xavier_uniform", [Gain], (c, random, _) => Initializer.XavierUniform(random, c["gain"])),
        new("xavier_normal", [Gain], (c, random, _) => Initializer.XavierNormal(random, c["gain"])),
        new("torch_linear", [], (_, random, _) => Initializer.TorchLinear(random)),
        new(
            "given",
            [
                Setting.Rows("weight", "the layer's weights, a row per output"),
                Setting.Rows("bias", "its biases, one row") with
                {
                    Default = Array.Empty<double[]>(),
                },
            ],
            (c, _, bias) => Given(c.Rows("weight"), c.Rows("bias") is [var row] ? row : new double[c.Rows("weight").Length], bias)
        ),
    ];

    private static SettingRule Slope => Setting.Any("slope", 0, "negative slope of the leaky ReLU that follows");

    private static SettingRule Gain => Setting.Positive("gain", 1, "gain");

    private static Initializer Given(double[][] weights, double[] biases, bool bias) =>
        Initializer.Numbers([.. weights.SelectMany((row, i) => bias ? row.Append(biases[i]) : row)]);
}
