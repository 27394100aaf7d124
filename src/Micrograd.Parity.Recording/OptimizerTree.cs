using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>A value of an optimizer's state for a parameter.</summary>
internal sealed record StateValue(string Parameter, string Name, object Value);

/// <summary>Facts that an optimizer of TorchSharp tells about itself, under PyTorch's names.</summary>
internal sealed class OptimizerTree(optim.Optimizer optimizer, ModuleTree model)
{
    /// <summary>Options that are one tuple in PyTorch.</summary>
    private static readonly (string Name, string First, string Second)[] s_pairs =
    [
        ("betas", "beta1", "beta2"),
        ("etas", "etaminus", "etaplus"),
        ("step_sizes", "min_step", "max_step"),
    ];

    private OptimizerLine? _line;

    /// <summary>The optimizer as it was when this was asked for first.</summary>
    internal OptimizerLine Line => _line ??= new(Type, Groups());

    /// <summary>Options that the next step goes by. Schedules change other options than the learning rate too, such as the momentum.</summary>
    internal StepOptions StepOptions =>
        new(
            LearningRates,
            [
                .. Groups()
                    .Zip(Line.Groups, IReadOnlyDictionary<string, object?> (now, start) =>
                        now.Options.Where(o => o.Key != "lr" && !Same(o.Value, start.Options.GetValueOrDefault(o.Key))).ToDictionary()
                    ),
            ]
        );

    private IReadOnlyList<double> LearningRates =>
        optimizer.ParamGroups is { } groups ? [.. groups.Select(group => group.LearningRate)]
        : optimizer is LBFGS lbfgs ? [lbfgs._rate]
        : [];

    private string Type => optimizer.GetType().Name is var name && name == nameof(RMSProp) ? "RMSprop" : name;

    private IReadOnlyList<OptimizerGroup> Groups()
    {
        if (optimizer.ParamGroups is null)
            return [new([.. optimizer.parameters().Select(model.NameOf)], Rate(LearningRates))];
        return
        [
            .. optimizer.ParamGroups.Select(group =>
                group is ParamGroup known
                    ? new OptimizerGroup([.. known.Parameters.Select(model.NameOf)], Options(known.Options))
                    : new OptimizerGroup([], Rate([group.LearningRate]))
            ),
        ];
    }

    /// <summary>The state of each parameter that has had a step.</summary>
    internal IEnumerable<StateValue> State()
    {
        if (optimizer is not OptimizerHelper helper)
            yield break;
        var dictionary = helper.state_dict();
        var parameters = helper.ParamGroups.OfType<ParamGroup>().SelectMany(group => group.Parameters).ToList();
        for (var i = 0; i < Math.Min(parameters.Count, dictionary.State.Count); i++)
        {
            // A parameter that is not the model's has no name to be listed under.
            var (name, state) = (model.NameOf(parameters[i]), dictionary.State[i]);
            if (name == ModuleTree.NoName)
                continue;
            var fields = state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance);
            // PyTorch makes the state at a parameter's first step, but for Adagrad's. Adadelta's count stays 0 in TorchSharp.
            var isUntouched = fields.Any(field => field.Name == "step" && field.GetValue(state) is 0L) && !HasGradient(parameters[i]);
            if (isUntouched && Type != nameof(Adagrad))
                continue;
            foreach (var field in fields)
            {
                if (field.GetValue(state) is { } value)
                    yield return new StateValue(name, field.Name, value);
            }
        }
    }

    private static bool HasGradient(Parameter parameter)
    {
        using var gradient = parameter.grad;
        return gradient is not null;
    }

    private static bool Same(object? a, object? b) => a is object?[] left && b is object?[] right ? left.SequenceEqual(right) : Equals(a, b);

    private static Dictionary<string, object?> Rate(IReadOnlyList<double> rates) => rates.Count == 0 ? [] : new() { ["lr"] = rates[0] };

    private static SortedDictionary<string, object?> Options(OptimizerOptions options)
    {
        var read = new SortedDictionary<string, object?>(StringComparer.Ordinal) { ["lr"] = options.LearningRate };
        foreach (var field in options.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
            read[field.Name] = field.GetValue(options);
        foreach (var (name, first, second) in s_pairs)
        {
            if (read.Remove(first, out var one) && read.Remove(second, out var other))
                read[name] = new[] { one, other };
        }

        return read;
    }
}
