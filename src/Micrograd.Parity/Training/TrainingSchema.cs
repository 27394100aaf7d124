namespace Micrograd.Parity.Training;

/// <summary>What a training file may say: the kinds of each part, their settings, ranges and defaults (docs/training-file.md).</summary>
public static class TrainingSchema
{
    private static readonly NumberShape s_any = new();
    private static readonly NumberShape s_notNegative = new(Least: 0);
    private static readonly NumberShape s_positive = new(Positive: true);
    private static readonly NumberShape s_fraction = new(Least: 0, Below: 1);
    private static readonly NumberShape s_count = new(Least: 1, Whole: true);
    private static readonly FlagShape s_flag = new();

    private static readonly SettingRule s_reduction = new(
        "reduction",
        new WordShape("mean", "sum"),
        "mean",
        "arithmetic mean or sum of the samples' losses"
    );

    private static readonly SettingRule s_weightDecay = new("weight_decay", s_notNegative, 0.0, "L2 penalty");
    private static readonly SettingRule s_signed = new("signed", s_flag, false, "targets −1 and 1 in place of 0 and 1");

    private static readonly SettingRule[] s_adam =
    [
        new("lr", s_notNegative, 1e-3, "learning rate"),
        new("beta1", s_fraction, 0.9, "decay rate of the first moment (running mean of gradients)"),
        new("beta2", s_fraction, 0.999, "decay rate of the second moment (running mean of squared gradients)"),
        new("eps", s_notNegative, 1e-8, "term added to the denominator"),
        s_weightDecay,
        new("amsgrad", s_flag, false, "use the maximum of all second moments so far"),
    ];

    /// <summary>The losses.</summary>
    internal static ChoiceRule Loss { get; } =
        new(
            "loss",
            new Dictionary<string, SettingRule[]>
            {
                ["mse_loss"] = [s_reduction],
                ["l1_loss"] = [s_reduction],
                ["smooth_l1_loss"] = [s_reduction, new("beta", s_positive, 1.0, "threshold between the parabola and the lines")],
                ["huber_loss"] = [s_reduction, new("delta", s_positive, 1.0, "threshold between the parabola and the lines")],
                ["hinge"] = [s_reduction, new("margin", s_notNegative, 1.0, "samples with target · output ≥ margin contribute no loss")],
                ["binary_cross_entropy"] = [s_reduction],
                ["binary_cross_entropy_with_logits"] = [s_reduction],
                ["cross_entropy"] = [s_reduction],
                ["nll_loss"] = [s_reduction],
            }
        );

    /// <summary>The optimizers.</summary>
    internal static ChoiceRule Optimizer { get; } =
        new(
            "optimizer",
            new Dictionary<string, SettingRule[]>
            {
                ["sgd"] =
                [
                    new("lr", s_notNegative, null, "learning rate"),
                    new("momentum", s_notNegative, 0.0, "momentum factor"),
                    new("dampening", s_any, 0.0, "dampening of the momentum"),
                    s_weightDecay,
                    new("nesterov", s_flag, false, "use Nesterov momentum"),
                ],
                ["adam"] = s_adam,
                ["adamw"] = [.. s_adam.Select(s => s.Key == "weight_decay" ? s with { Default = 1e-2, Says = "decoupled weight decay" } : s)],
                ["rmsprop"] =
                [
                    new("lr", s_notNegative, 1e-2, "learning rate"),
                    new("alpha", s_fraction, 0.99, "decay rate of the running mean of squared gradients"),
                    new("eps", s_notNegative, 1e-8, "term added to the denominator"),
                    s_weightDecay,
                    new("momentum", s_notNegative, 0.0, "momentum factor"),
                    new("centered", s_flag, false, "divide by the variance of gradients in place of their mean square"),
                ],
                ["adagrad"] =
                [
                    new("lr", s_notNegative, 1e-2, "learning rate"),
                    new("lr_decay", s_notNegative, 0.0, "decay of the learning rate"),
                    s_weightDecay,
                    new("initial_accumulator_value", s_notNegative, 0.0, "initial sum of squared gradients"),
                    new("eps", s_notNegative, 1e-10, "term added to the denominator"),
                ],
            }
        );

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

    /// <summary>What is done to gradients before the update.</summary>
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

    /// <summary>Where the initial parameters come from.</summary>
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
            }
        );

    /// <summary>What is learnt from.</summary>
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

    /// <summary>The activations.</summary>
    internal static IReadOnlyList<string> Activations { get; } =
    ["linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "softsign", "tanh", "sigmoid", "softmax"];

    /// <summary>All kinds and settings as Markdown, a line each: what docs/training-file.md says of them.</summary>
    public static IEnumerable<string> Describe()
    {
        foreach (var rule in new[] { Data, Init, Loss, Optimizer, Schedule, Clip })
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
        yield return string.Join(", ", Activations.Select(a => $"`{a}`"));

        static string Usual(SettingRule setting) =>
            setting.Default switch
            {
                null => ", must be given",
                bool flag => flag ? ", true unless given" : ", false unless given",
                double number => $", {NumberText.Of(number)} unless given",
                _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {setting.Default} unless given"),
            };
    }

    /// <summary>An optimizer.</summary>
    public static Choice OptimizerOf(string kind, params (string Setting, object Value)[] settings) => Optimizer.Of(kind, settings);

    /// <summary>A loss.</summary>
    public static Choice LossOf(string kind, params (string Setting, object Value)[] settings) => Loss.Of(kind, settings);

    /// <summary>A schedule.</summary>
    public static Choice ScheduleOf(string kind, params (string Setting, object Value)[] settings) => Schedule.Of(kind, settings);

    /// <summary>A way of clipping.</summary>
    public static Choice ClipOf(string kind, params (string Setting, object Value)[] settings) => Clip.Of(kind, settings);

    /// <summary>Initial parameters.</summary>
    public static Choice InitOf(string kind, params (string Setting, object Value)[] settings) => Init.Of(kind, settings);

    /// <summary>Data.</summary>
    public static Choice DataOf(string kind, params (string Setting, object Value)[] settings) => Data.Of(kind, settings);
}
