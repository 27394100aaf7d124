namespace Micrograd.Parity.Training;

/// <summary>Schema of training files: the kinds of each part, their settings, ranges and defaults (docs/training-file.md).</summary>
internal static class TrainingSchema
{
    private static readonly NumberShape s_any = new();
    private static readonly NumberShape s_notNegative = new(Least: 0);
    private static readonly NumberShape s_positive = new(Positive: true);
    private static readonly NumberShape s_fraction = new(Least: 0, Below: 1);
    private static readonly NumberShape s_count = new(Least: 1, Whole: true);
    private static readonly FlagShape s_flag = new();

    private static readonly SettingRule s_signed = new("signed", s_flag, false, "targets −1 and 1 in place of 0 and 1");

    /// <summary>The schedules of the learning rate.</summary>
    internal static ChoiceRule Schedule { get; } =
        new(
            "schedule",
            new Dictionary<string, SettingRule[]>
            {
                ["linear"] =
                [
                    new("drop", s_any, null, "total decrease of the rate over all epochs"),
                    new("epochs", s_count, null, "number of epochs"),
                ],
                ["step"] =
                [
                    new("step_size", s_count, null, "number of steps between two changes of the rate"),
                    new("gamma", s_notNegative, 0.1, "factor of the rate per change"),
                ],
                ["exponential"] = [new("gamma", s_notNegative, null, "factor of the rate per step")],
                ["cosine"] =
                [
                    new("t_max", s_count, null, "number of steps from the initial rate to the minimum"),
                    new("eta_min", s_notNegative, 0.0, "minimum rate"),
                ],
            }
        );

    /// <summary>Gradient clipping before the update.</summary>
    internal static ChoiceRule Clip { get; } =
        new(
            "clip",
            new Dictionary<string, SettingRule[]>
            {
                ["value"] = [new("limit", s_positive, null, "each gradient is clamped to ±limit")],
                ["norm"] = [new("max_norm", s_positive, null, "maximum norm of all gradients together")],
                ["normalize"] = [],
            }
        );

    /// <summary>Initialization of the parameters.</summary>
    internal static ChoiceRule Init { get; } =
        new(
            "init",
            new Dictionary<string, SettingRule[]>
            {
                ["uniform"] =
                [
                    new("low", s_any, -1.0, "lower bound"),
                    new("high", s_any, 1.0, "upper bound"),
                    new("bias", s_flag, false, "draw biases too; otherwise they are 0"),
                ],
                ["normal"] = [new("mean", s_any, 0.0, "mean"), new("deviation", s_notNegative, 1.0, "standard deviation")],
                ["kaiming_uniform"] = [new("slope", s_any, 0.0, "negative slope of the leaky ReLU that follows")],
                ["kaiming_normal"] = [new("slope", s_any, 0.0, "negative slope of the leaky ReLU that follows")],
                ["xavier_uniform"] = [new("gain", s_positive, 1.0, "gain")],
                ["xavier_normal"] = [new("gain", s_positive, 1.0, "gain")],
                ["torch_linear"] = [],
                ["given"] =
                [
                    new("weight", new RowsShape(), null, "the layer's weights, a row per output"),
                    new("bias", new RowsShape(), Array.Empty<double[]>(), "its biases, one row"),
                ],
            }
        );

    /// <summary>Training data.</summary>
    internal static ChoiceRule Data { get; } =
        new(
            "data",
            new Dictionary<string, SettingRule[]>
            {
                ["four_points"] = [],
                ["xor"] = [s_signed],
                ["two_moons"] =
                [
                    new("count", new NumberShape(Least: 4, Whole: true), 100.0, "number of points"),
                    new("noise", s_notNegative, 0.1, "standard deviation of the noise"),
                    s_signed,
                ],
                ["quadratic_grid"] =
                [
                    new("side", new NumberShape(Least: 2, Whole: true), 9.0, "points per side"),
                    new("extent", s_positive, 2.0, "the grid covers ±extent"),
                ],
                ["quadratic"] = [new("count", s_count, null, "number of points of z = 5a² + 3b², a and b normally distributed")],
                ["spiral"] =
                [
                    new("per_class", new NumberShape(Least: 2, Whole: true), null, "points per arm"),
                    new("classes", s_count, 3.0, "number of arms"),
                    new("noise", s_notNegative, 0.2, "standard deviation of the angles' noise"),
                ],
                ["csv"] =
                [
                    new("path", new WordShape(), null, "the file, relative to the training file"),
                    new("targets", s_count, 1.0, "number of columns at the end that are targets"),
                ],
                ["inline"] = [new("inputs", new RowsShape(), null, "a row per sample"), new("targets", new RowsShape(), null, "a row per sample")],
            }
        );

    /// <summary>All kinds and settings as Markdown, a line each, for docs/training-file.md.</summary>
    public static IEnumerable<string> Describe(TrainingParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var rule in new[] { Data, Init, parts.Loss, parts.Optimizer, Schedule, Clip })
        {
            yield return $"### {rule.Part}";
            foreach (var (kind, settings) in rule.Kinds)
            {
                yield return $"* `{kind}`";
                foreach (var setting in settings)
                    yield return $"  * `{setting.Key}`: {setting.Says}; {setting.Shape.Wanted}{Usual(setting)}";
            }
        }

        yield return "### activations";
        yield return string.Join(", ", parts.Activations.Select(a => $"`{a}`"));

        static string Usual(SettingRule setting) =>
            setting.Default switch
            {
                null => ", must be given",
                bool flag => flag ? ", true unless given" : ", false unless given",
                double number => $", {NumberText.Of(number)} unless given",
                double[][] => ", zeros unless given",
                _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {setting.Default} unless given"),
            };
    }

    /// <summary>A schedule.</summary>
    public static Choice ScheduleOf(string kind, params (string Setting, object Value)[] settings) => Schedule.Of(kind, settings);

    /// <summary>A way of clipping.</summary>
    public static Choice ClipOf(string kind, params (string Setting, object Value)[] settings) => Clip.Of(kind, settings);

    /// <summary>Initial parameters.</summary>
    public static Choice InitOf(string kind, params (string Setting, object Value)[] settings) => Init.Of(kind, settings);

    /// <summary>Data.</summary>
    public static Choice DataOf(string kind, params (string Setting, object Value)[] settings) => Data.Of(kind, settings);
}
