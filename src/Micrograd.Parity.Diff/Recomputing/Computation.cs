using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>A call that is being computed anew.</summary>
internal sealed class Computation
{
    private readonly Dictionary<string, Bounded> _parameters = [];
    private readonly Func<string, bool> _hasGradient;

    /// <summary>Begins one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="hasGradients">True if gradients are wanted.</param>
    /// <param name="parameter">The one parameter whose gradient is wanted; null if all are, and those of the inputs.</param>
    internal Computation(ModuleCall call, bool hasGradients, string? parameter = null)
    {
        (Call, _hasGradient) = (call, name => hasGradients && (parameter is null || parameter == name));
        var own = Rounding.Of(call.Inputs.Concat(call.State.Values));
        // Under autocast the output's dtype tells in which one was computed.
        var output = call.Outputs.FirstOrDefault(o => o.is_floating_point()) is { } first ? Rounding.Of(first.dtype) : own;
        Rounding = call.Options.Has("~dtype") ? Rounding.Of((ScalarType)call.Options.Whole("~dtype", 0)) : output;
        Inputs = [.. call.Inputs.Select(t => Read(t, hasGradients && parameter is null && t.is_floating_point()))];
    }

    /// <summary>The call.</summary>
    internal ModuleCall Call { get; }

    /// <summary>Its arithmetic.</summary>
    internal Rounding Rounding { get; }

    /// <summary>Its arguments.</summary>
    internal IReadOnlyList<Bounded> Inputs { get; }

    /// <summary>The first of them.</summary>
    internal Bounded X => Inputs[0];

    /// <summary>The module's options.</summary>
    internal RecordedOptions Options => Call.Options;

    /// <summary>The parameters that were used.</summary>
    internal IReadOnlyDictionary<string, Bounded> Parameters => _parameters;

    /// <summary>True if the module has a parameter or buffer.</summary>
    internal bool Has(string name) => Call.State.ContainsKey(name);

    /// <summary>A parameter; null if the module has none of the name.</summary>
    internal Bounded? Parameter(string name)
    {
        if (_parameters.TryGetValue(name, out var known))
            return known;
        return Call.State.TryGetValue(name, out var recorded) ? _parameters[name] = Read(recorded, _hasGradient(name), Call.Shares) : null;
    }

    /// <summary>A buffer; null if the module has none of the name.</summary>
    internal Bounded? Buffer(string name) => Call.State.TryGetValue(name, out var recorded) ? Read(recorded, false) : null;

    /// <summary>An option as it is after conversion to the dtype.</summary>
    internal double Rounded(string option, double otherwise)
    {
        var number = Options.Number(option, otherwise);
        return Rounding.Type == ScalarType.Float64 ? number : (float)number;
    }

    /// <summary>A recorded tensor; rounded first, where the computation is in a narrower dtype than the recording.</summary>
    private Bounded Read(Tensor recorded, bool hasGradient, double shares = 1)
    {
        var number = Bounded.Of(recorded, Rounding, hasGradient, shares);
        return recorded.is_floating_point() && Rounding.Of(recorded.dtype).Stored < Rounding.Stored
            ? number.MaybeRounded(1, Rounding.Stored)
            : number;
    }
}
