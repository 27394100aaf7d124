using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>
/// Another backend, with gradients as if they were initialized to 0. Contributions are proportional to the upstream gradient, so that this
/// changes no bit but the sign of zeros.
/// </summary>
internal sealed class ZeroBegunBackend(IBackend inner, OpCatalogue ops) : IBackend
{
    public string Name => inner.Name;

    public Trace Run(Program program, ProgramInput input)
    {
        var trace = inner.Run(program, input);
        var wanted = ProgramRules.WantsGradient(program, ops);
        return trace with { Gradients = [.. trace.Gradients.Select((g, i) => wanted[i] ? 0 + (g ?? 0) : (double?)null)] };
    }
}
