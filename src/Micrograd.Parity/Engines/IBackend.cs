using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>Runs a program and returns the value and gradient of every node.</summary>
internal interface IBackend
{
    /// <summary>Its name in reports.</summary>
    string Name { get; }

    /// <summary>Runs a program on numbers.</summary>
    /// <returns>Every node's value, and its gradient after the last pass.</returns>
    Trace Run(Program program, ProgramInput input);

    /// <summary>Runs a program on each of several inputs.</summary>
    /// <returns>A trace for each input, in their order, with the bits that <see cref="Run"/> gives.</returns>
    Trace[] RunAll(Program program, IReadOnlyList<ProgramInput> inputs) => [.. inputs.Select(input => Run(program, input))];
}
