using System.Text.Json;
using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Diff;

/// <summary>Compares what is set before anything is computed: kinds and options of modules, parameters and their training, the optimizer.</summary>
internal sealed class SettingsDiff(DiffState state, RunOutline first, RunOutline second)
{
    /// <summary>Options that say how a thing is computed, and not what.</summary>
    private static readonly HashSet<string> s_without = ["inplace", "foreach", "fused", "capturable", "differentiable", "device", "dtype"];

    /// <summary>Number of elements of a list that are shown.</summary>
    private const int Longest = 8;

    private readonly RecordedRun _original = state.Original;
    private readonly RecordedRun _port = state.Port;
    private readonly ModuleAlignment _modules = state.Modules;
    private readonly ParameterAlignment _parameters = state.Parameters;

    /// <summary>The differences, in the order of the tree; the optimizer's last.</summary>
    internal void Run()
    {
        var ports = _port.Modules.ToDictionary(module => module.Name);
        foreach (var module in _original.Modules)
        {
            if (_modules.Port.TryGetValue(module.Name, out var name))
                Module(module, ports[name]);
        }

        Parameters();
        if ((_original.Criterion, _port.Criterion) is ({ } loss, { } other))
            Criterion(loss, other);
        if ((_original.Optimizer, _port.Optimizer) is ({ } first, { } second))
            Optimizer(first, second);
    }

    private void Module(RecordedModule a, RecordedModule b)
    {
        if (!string.Equals(a.Type, b.Type, StringComparison.OrdinalIgnoreCase))
        {
            if (KnownModules.Kinds.Contains(a.Type) && KnownModules.Kinds.Contains(b.Type))
                Add(
                    a.Name,
                    b.Name,
                    $"{Named(a.Name)} is {a.Type} in the original and {b.Type} in the port",
                    "module-type",
                    "Use the same kind of module."
                );
            return;
        }

        foreach (var (option, left, right) in Differing(a.Options, b.Options))
        {
            if (option == "p" && Dropped(first, a) == Dropped(second, b))
                continue;
            Add(
                a.Name,
                b.Name,
                $"{Named(a.Name)} ({a.Type}) has {option} {left} in the original and {right} in the port",
                Cause(option),
                $"Give the port's {a.Type} {option} = {left}."
            );
        }
    }

    private static string Named(string module) => module.Length == 0 ? "the model" : module;

    /// <summary>The share that a dropout leaves out: none in evaluation.</summary>
    private static double Dropped(RunOutline outline, RecordedModule module) =>
        outline.Calls.Any(call => call.Key == module.Name && call.Value) ? module.Options.Find("p")?.Number ?? 0 : 0;

    private void Criterion(RecordedModule a, RecordedModule b)
    {
        if (a.Type != b.Type)
        {
            // Of these two the numbers tell whether something before them makes up for it.
            string[][] alike =
            [
                ["CrossEntropyLoss", "NLLLoss"],
                ["BCELoss", "BCEWithLogitsLoss"],
            ];
            var known = KnownModules.Kinds.Contains(a.Type) && KnownModules.Kinds.Contains(b.Type);
            if (known && !alike.Any(pair => pair.Contains(a.Type) && pair.Contains(b.Type)))
                Add(a.Name, b.Name, $"the loss is {a.Type} in the original and {b.Type} in the port", "another-loss", $"Use {a.Type} in the port.");
            return;
        }

        foreach (var (option, left, right) in Differing(a.Options, b.Options, hasNone: true))
            Add(
                a.Name,
                b.Name,
                $"the loss {a.Type} has {option} {left} in the original and {right} in the port",
                Cause(option),
                $"Give the port's {a.Type} {option} = {left}."
            );
    }

    private void Parameters()
    {
        var ports = _port.Parameters.ToDictionary(p => p.Name);
        foreach (var a in _original.Parameters)
        {
            if (!_parameters.Port.TryGetValue(a.Name, out var name))
            {
                if (a.SameAs is null)
                    Add(
                        a.Name,
                        "",
                        $"the port has no parameter for {a.Name} {Words.Shape(a.Shape)}",
                        Missing(a, "left-out"),
                        "Add it to the port, or a flag such as bias."
                    );
                continue;
            }

            var b = ports[name];
            if (a.SameAs is null != b.SameAs is null)
            {
                var (tied, side) = a.SameAs is null ? (b.SameAs, "port") : (a.SameAs, "original");
                Add(a.Name, b.Name, $"{a.Name} is tied to {tied} in the {side} alone", "weights-tied", "Tie both, or none.");
            }

            if (a.RequiresGrad != b.RequiresGrad)
            {
                Add(
                    a.Name,
                    b.Name,
                    $"{a.Name} is trained in the {(a.RequiresGrad ? "original" : "port")} alone: requires_grad is false in the other",
                    "layer-frozen",
                    $"Set requires_grad of {b.Name} to {(a.RequiresGrad ? "true" : "false")}."
                );
            }
        }

        var taken = _parameters.Port.Values.ToHashSet();
        foreach (var b in _port.Parameters.Where(p => !taken.Contains(p.Name) && p.SameAs is null))
            Add(
                "",
                b.Name,
                $"the original has no parameter for {b.Name} {Words.Shape(b.Shape)}",
                Missing(b, "added"),
                "Remove it from the port, or by a flag such as bias: false."
            );
    }

    private void Optimizer(RecordedOptimizer a, RecordedOptimizer b)
    {
        // A class of the user should do what the original's does, and is judged by it.
        var both = KnownOptimizers.Kinds.Contains(a.Type) && KnownOptimizers.Kinds.Contains(b.Type);
        if (both && !string.Equals(a.Type, b.Type, StringComparison.OrdinalIgnoreCase))
        {
            var decay = (a.Type, b.Type) is ("AdamW", "Adam") or ("Adam", "AdamW") && a.Groups.Any(g => g.Options.Find("weight_decay")?.Number > 0);
            Add(
                "optimizer",
                "optimizer",
                $"the optimizer is {a.Type} in the original and {b.Type} in the port"
                    + (decay ? $": {(a.Type == "AdamW" ? "decay beside the gradient" : "decay in the gradient")} there, the other way here" : ""),
                decay ? "weight-decay-coupled" : "another-optimizer",
                $"Use {a.Type} in the port."
            );
            if (!decay)
                return;
        }

        var groups = b
            .Groups.SelectMany(group => group.Parameters.Select(name => (name, group)))
            .DistinctBy(p => p.name)
            .ToDictionary(p => p.name, p => p.group);
        var differing = new Dictionary<(string Option, string Left, string Right), List<string>>();
        foreach (var group in a.Groups)
        {
            foreach (var name in group.Parameters)
            {
                if (!_parameters.Port.TryGetValue(name, out var other))
                    continue;
                if (!groups.TryGetValue(other, out var counterpart))
                {
                    Add(
                        name,
                        other,
                        $"{name} is given to the optimizer in the original alone",
                        "parameter-not-trained",
                        $"Give {other} to the port's optimizer."
                    );
                    continue;
                }

                foreach (var difference in Differing(group.Options, counterpart.Options))
                    (differing.TryGetValue(difference, out var names) ? names : differing[difference] = []).Add(name);
            }
        }

        if (Tied(_port, b) is { Count: > 0 } twice && Tied(_original, a).Count == 0)
            Add(
                "optimizer",
                "optimizer",
                $"{twice[0].Name} is given to the port's under a second name, beside {twice[0].SameAs}: each step moves it twice",
                "tied-weight-stepped-twice",
                "Give the optimizer each tied weight once."
            );
        var schedules = new ScheduleDiff(state, first, second);
        foreach (var ((option, left, right), names) in differing)
        {
            if (option is "dampening" or "nesterov" && a.Groups.Concat(b.Groups).All(g => g.Options.Find("momentum") is null or { Number: 0 }))
                continue;
            if (schedules.Decides(option))
                continue;
            var all = names.Count == a.Groups.Sum(g => g.Parameters.Count);
            Add(
                all ? "optimizer" : names[0],
                all ? "optimizer" : _parameters.Port[names[0]],
                $"{b.Type} has {option} {left} in the original and {right} in the port"
                    + (all ? "" : $", for {names.Count} parameters, the first {names[0]}"),
                (option, Exchanged(option, left, right, differing.Keys)) switch
                {
                    ("betas", true) => "betas-exchanged",
                    (_, true) => "groups-exchanged",
                    _ => Cause(option),
                },
                $"Give the port's {b.Type} {option} = {left}."
            );
        }
    }

    /// <summary>Second names of parameters that an optimizer was given under their first names too.</summary>
    private static List<RecordedParameter> Tied(RecordedRun run, RecordedOptimizer optimizer)
    {
        var given = optimizer.Groups.SelectMany(group => group.Parameters).ToHashSet();
        return [.. run.Parameters.Where(p => p.SameAs is not null && given.Contains(p.Name) && given.Contains(p.SameAs))];
    }

    /// <summary>True if both betas stand in each other's place, or the options of two groups of parameters.</summary>
    private static bool Exchanged(string option, string left, string right, IEnumerable<(string Option, string Left, string Right)> differing) =>
        option == "betas"
            ? left.Trim('(', ')').Split(", ") is [var first, var second] && right == $"({second}, {first})"
            : differing.Contains((option, right, left));

    /// <summary>The cause's name for an option.</summary>
    private static string Cause(string option) =>
        option switch
        {
            "lr" => "learning-rate",
            "dampening" => "momentum-dampening",
            "eps" => "epsilon",
            "p" => "dropout",
            _ => option.Replace('_', '-'),
        };

    /// <summary>The cause's name for a parameter that a side has not.</summary>
    private static string Missing(RecordedParameter parameter, string what) =>
        (parameter.Local.StartsWith("bias", StringComparison.Ordinal) ? "bias" : "parameter") + $"-{what}";

    /// <summary>Options that both record, with their values where these differ.</summary>
    /// <param name="a">The original's.</param>
    /// <param name="b">The port's.</param>
    /// <param name="hasNone">True if none is a value as well, and not what the framework chooses.</param>
    private static IEnumerable<(string Option, string Left, string Right)> Differing(JsonPlace a, JsonPlace b, bool hasNone = false) =>
        from pair in a.AsObject()
        where !s_without.Contains(pair.Key)
        let other = b.Members.FirstOrDefault(member => member.Key == pair.Key).Value
        where other is not null && (hasNone || (pair.Value.Kind != JsonValueKind.Null && other.Kind != JsonValueKind.Null))
        where !Same(pair.Value, other)
        select (pair.Key, Text(pair.Value), Text(other));

    private static bool Same(JsonPlace a, JsonPlace b) =>
        (a.Kind, b.Kind) switch
        {
            (JsonValueKind.Number, JsonValueKind.Number) => a.Number == b.Number,
            (JsonValueKind.Array, JsonValueKind.Array) => a.Elements.Count == b.Elements.Count
                && a.Elements.Zip(b.Elements).All(p => Same(p.First, p.Second)),
            (JsonValueKind.Array, JsonValueKind.Number) => a.Elements.All(element => Same(element, b)),
            (JsonValueKind.Number, JsonValueKind.Array) => b.Elements.All(element => Same(a, element)),
            _ => a.Kind == b.Kind && a.Text == b.Text,
        };

    private static string Text(JsonPlace value) =>
        value.Kind switch
        {
            JsonValueKind.Array when value.Elements.Count > Longest =>
                $"({string.Join(", ", value.Elements.Take(Longest).Select(Text))}, … {value.Elements.Count} in all)",
            JsonValueKind.Array => $"({string.Join(", ", value.Elements.Select(Text))})",
            JsonValueKind.Null => "None",
            JsonValueKind.Number => NumberText.Of(value.Number),
            _ => PlainText.Short(value.Text),
        };

    private void Add(string name, string portName, string what, string cause, string remedy) =>
        state.Add(new Finding(Stage.Settings, -1, name, portName, what) { Causes = [new Mistake(cause, $"{Words.Capital(what)}.", remedy)] });
}
