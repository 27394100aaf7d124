using System.Diagnostics.CodeAnalysis;
using Micrograd.Parity.Engines.Torch;

namespace Sample.ForeignEngine.Tests;

/// <summary>
/// The engine of <see cref="Number"/> with PyTorch's elementary functions in place of the C library's: PyTorch's bits in every number.
/// </summary>
public sealed class TorchFunctionsEngine : NumberEngine
{
    private static readonly Lazy<TorchFunctions> s_functions = new(() => TorchLibrary.LoadWithoutEngine().Functions);

    public override string Name => "Number with PyTorch's functions";

    public override bool TryApply(string op, IReadOnlyList<Number> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out Number result)
    {
        result = op switch
        {
            "exp" => operands[0].Apply(s_functions.Value.Exp, (g, _, y) => g * y),
            "log" => operands[0].Apply(s_functions.Value.Log, (g, x, _) => g / x),

            // PyTorch's kernel rounds 1 − y² once where the processor can.
            "tanh" => operands[0].Apply(s_functions.Value.Tanh, (g, _, y) => g * s_functions.Value.MultiplyAdd(-y, y, 1)),
            _ => null,
        };
        return result is not null || base.TryApply(op, operands, settings, out result);
    }
}
