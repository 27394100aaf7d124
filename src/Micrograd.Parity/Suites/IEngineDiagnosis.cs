using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Suites;

/// <summary>Judges numbers of another engine that bounds do not explain, as <c>parity check</c> judges a trace. Given by a layer that knows mistakes.</summary>
internal interface IEngineDiagnosis
{
    /// <summary>Judges the runs of an item that differ; null if they cannot be judged number by number.</summary>
    /// <param name="comparison">The op or program.</param>
    /// <param name="runs">Its runs in which a number differs by more than its bound.</param>
    /// <param name="context">The engine against PyTorch.</param>
    EngineFinding? Judge(IComparison comparison, IReadOnlyList<EngineRun> runs, RunContext context);
}

/// <summary>A run of a program on another engine.</summary>
/// <param name="Program">The program.</param>
/// <param name="Input">Its input.</param>
/// <param name="Trace">The engine's numbers.</param>
/// <param name="Differences">Numbers that differ by more than their bounds.</param>
internal sealed record EngineRun(Program Program, ProgramInput Input, Trace Trace, IReadOnlyList<Difference> Differences);

/// <summary>Judgement on an item of another engine.</summary>
/// <param name="Mistaken">The runs with a difference that is more than benign rounding, such as that of another composition of operations.</param>
/// <param name="Lines">The classes of rounding, or what is wrong and which mistake gives these numbers, a line each.</param>
internal sealed record EngineFinding(IReadOnlyList<EngineRun> Mistaken, IReadOnlyList<string> Lines);
