using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>
/// The exact values and gradients of programs at the given doubles. Where a difference cancels nearly all digits, a program is run again
/// with as many as the range of doubles can need.
/// </summary>
/// <param name="ops">The catalogue.</param>
internal sealed class PreciseBackend(OpCatalogue ops)
{
    private const int UsualDigits = 320;

    /// <summary>Bits of precision: more than the whole exponent range of doubles.</summary>
    private const int ManyDigits = 2400;

    /// <summary>Runs a program.</summary>
    /// <exception cref="DllNotFoundException">GNU MPFR is not installed.</exception>
    public FormulaTrace<BigFloat> Run(Program program, ProgramInput input)
    {
        var usual = new PreciseArithmetic(UsualDigits);
        var trace = new FormulaBackend<BigFloat>(ops, usual).Run(program, input);
        return usual.HasCancelled ? new FormulaBackend<BigFloat>(ops, new PreciseArithmetic(ManyDigits)).Run(program, input) : trace;
    }
}
