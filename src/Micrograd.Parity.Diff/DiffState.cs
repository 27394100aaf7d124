using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Findings of a comparison so far.</summary>
internal sealed class DiffState(RecordedRun original, RecordedRun port, ModuleAlignment modules, ParameterAlignment parameters)
{
    private readonly HashSet<(Stage Stage, string Name)> _found = [];
    private readonly List<string> _unchecked = [];
    private readonly List<string> _matching = [];
    private readonly List<string> _uncomputed = [];
    private readonly Dictionary<string, Arrangement> _arrangements = [];

    /// <summary>The original.</summary>
    internal RecordedRun Original => original;

    /// <summary>The port.</summary>
    internal RecordedRun Port => port;

    /// <summary>Pairs of modules of both sides.</summary>
    internal ModuleAlignment Modules => modules;

    /// <summary>Pairs of parameters and buffers of both sides.</summary>
    internal ParameterAlignment Parameters => parameters;

    /// <summary>The findings, in the order in which they were made.</summary>
    internal List<Finding> Findings { get; } = [];

    /// <summary>Sentences on names and orders that differ and mean the same.</summary>
    internal IReadOnlyList<string> Matching => _matching;

    /// <summary>Sentences on what could not be compared.</summary>
    internal IReadOnlyList<string> Unchecked => _unchecked;

    /// <summary>
    /// True as long as both sides should have the same numbers: until they part, or draw random numbers of their own. From then on each side
    /// is judged by itself.
    /// </summary>
    internal bool IsComparable { get; private set; } = true;

    /// <summary>Modules of known kinds that could not be computed anew, under the original's names.</summary>
    internal IReadOnlyList<string> Uncomputed => _uncomputed;

    /// <summary>Numbers of tensors.</summary>
    internal DiffCounts Counts { get; set; } = new(0, 0, 0, 0);

    /// <summary>The relative distances of parameters and buffers that the next step begins with, under the original's names.</summary>
    internal Dictionary<string, double> Carried { get; } = [];

    /// <summary>Order of a parameter's elements in the port.</summary>
    internal Arrangement ArrangementOf(string parameter) => _arrangements.GetValueOrDefault(parameter, Arrangement.Same);

    /// <summary>Sets the order of a parameter's elements in the port.</summary>
    internal void Arrange(string parameter, Arrangement arrangement) => _arrangements[parameter] = arrangement;

    /// <summary>True if a finding of a stage and a name has been made.</summary>
    internal bool HasFound(Stage stage, string name) => _found.Contains((stage, name));

    /// <summary>Adds a finding, unless one of the same stage and name has been made; to another one of which the same is to be said, if there is one.</summary>
    internal void Add(Finding finding)
    {
        if (!_found.Add((finding.Stage, finding.Name)))
            return;
        var same = Findings.FindIndex(earlier =>
            earlier.Stage == finding.Stage
            && earlier.Step == finding.Step
            && earlier.WrongSides == finding.WrongSides
            && earlier.Causes.Select(cause => cause.Name).SequenceEqual(finding.Causes.Select(cause => cause.Name))
        );
        if (same < 0)
            Findings.Add(finding);
        else
            Findings[same] = Findings[same] with { Others = [.. Findings[same].Others, finding.Name] };
    }

    /// <summary>Ends the comparison of one side with the other.</summary>
    internal void Part() => IsComparable = false;

    /// <summary>Says that a name or an order is another one and means the same.</summary>
    internal void Match(string sentence) => _matching.Add(sentence);

    /// <summary>Says once that something was not compared.</summary>
    internal void Skip(string sentence)
    {
        if (!_unchecked.Contains(sentence))
            _unchecked.Add(sentence);
    }

    /// <summary>True if a module, under the original's name, was found to be none that can be computed anew.</summary>
    internal bool IsUncomputed(string module) => _uncomputed.Contains(module);

    /// <summary>Says that a module of a known kind could not be computed anew.</summary>
    internal void NotComputed(string module, string reason)
    {
        if (_uncomputed.Contains(module))
            return;
        _uncomputed.Add(module);
        Skip($"{module} was not computed anew: {reason}.");
    }

    /// <summary>The port's name of a place's module or parameter; null if it has none.</summary>
    internal string? PortName(TensorPlace place) =>
        place.Quantity switch
        {
            RecordedQuantity.Batch or RecordedQuantity.Loss => place.Of,
            RecordedQuantity.Input or RecordedQuantity.Output or RecordedQuantity.OutputGradient => modules.Port.GetValueOrDefault(place.Of),
            _ => parameters.Port.GetValueOrDefault(place.Of),
        };
}
