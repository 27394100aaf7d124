using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>A mistake in a module: other calls that compute what the wrong side computed.</summary>
/// <param name="Mistake">Its name and sentences; {0} is the value that was found.</param>
/// <param name="Variants">The calls, from the right one and the recorded output; none where the mistake cannot be in it.</param>
internal sealed record ModuleMistake(Mistake Mistake, Func<ModuleCall, Tensor, IEnumerable<(ModuleCall Call, string Value)>> Variants)
{
    internal ModuleMistake(string name, string explanation, string remedy, Func<ModuleCall, Tensor, IEnumerable<(ModuleCall, string)>> variants)
        : this(new Mistake(name, explanation, remedy), variants) { }

    /// <summary>A mistake with one variant.</summary>
    internal static ModuleMistake One(string name, string explanation, string remedy, Func<ModuleCall, ModuleCall?> variant) =>
        new(name, explanation, remedy, (call, _) => variant(call) is { } other ? [(other, "")] : []);

    /// <summary>A mistake in an option of which several values are tried.</summary>
    internal static ModuleMistake Option(
        string name,
        string explanation,
        string remedy,
        string option,
        Func<ModuleCall, Tensor, IEnumerable<double>> values,
        params string[] kinds
    ) =>
        new(name, explanation, remedy, (call, recorded) =>
            kinds.Contains(call.Type) ? values(call, recorded).Select(v => (call.With(option, v), Fit.Shown(v))) : []
        );
}
