using System.Globalization;
using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Recording;
using TorchSharp;

namespace Micrograd.Parity.Diff;

/// <summary>Compares two recordings of training runs.</summary>
internal static class RunDiff
{
    /// <summary>
    /// Largest factor by which an unknown function is taken to increase a difference: more than glue between modules does, such as attention or a
    /// residual sum, and less than the mistakes that people make there.
    /// </summary>
    internal const double Amplification = 256;

    /// <summary>Compares a port with its original.</summary>
    /// <param name="originalPath">The original's folder.</param>
    /// <param name="portPath">The port's folder.</param>
    /// <param name="steps">Number of steps that are compared at most.</param>
    /// <param name="tell">Receives the fraction done (0 to 1) and what is being done.</param>
    /// <param name="cancellation">Cancels the comparison.</param>
    /// <exception cref="InputFileException">A recording cannot be read.</exception>
    internal static DiffResult Compare(string originalPath, string portPath, int steps, Action<double, string> tell, CancellationToken cancellation)
    {
        using var original = RecordedRun.Open(originalPath, KnownModules.Kinds.Contains);
        using var port = RecordedRun.Open(portPath, KnownModules.Kinds.Contains);
        var (first, second) = (RunOutline.Read(originalPath), RunOutline.Read(portPath));
        var modules = ModuleAlignment.Of(original, port, first, second);
        var state = new DiffState(original, port, modules, ParameterAlignment.Of(original, port, modules));
        Names(state);
        new SettingsDiff(state, first, second).Run();
        var schedules = new ScheduleDiff(state, first, second);
        if (!PassDiff.Finds(state, first, second))
            schedules.Rates();
        schedules.Options();
        new InitialDiff(state).Run();

        var common = first.Rates.Keys.Intersect(second.Rates.Keys).Order().Take(steps).ToList();
        var (losses, distances) = (new List<LossPair>(), new List<IReadOnlyDictionary<string, double>>());
        RecordedStep? beforeA = original.Initial;
        RecordedStep? beforeB = port.Initial;
        foreach (var number in common)
        {
            cancellation.ThrowIfCancellationRequested();
            tell((double)losses.Count / common.Count, $"step {number}");
            var (a, b) = (Step(original, number), Step(port, number));
            var sides = SideView.Both(
                new SideView(state, Side.Original, original, a, beforeA?.Number == number - 1 ? beforeA : null),
                new SideView(state, Side.Port, port, b, beforeB?.Number == number - 1 ? beforeB : null)
            );
            var walk = new StepDiff(state, sides.Original, sides.Port);
            walk.Run();
            if (state.Findings.Exists(finding => finding.Stage == Stage.Settings))
                state.Part();
            losses.Add(new LossPair(number, Loss(a), Loss(b)));
            distances.Add(walk.Distances);
            (beforeA, beforeB) = (Replace(beforeA, a), Replace(beforeB, b));
        }

        beforeA?.Dispose();
        beforeB?.Dispose();
        Unchecked(state, common.Count, first, second);
        return new DiffResult(
            Summary(original, first),
            Summary(port, second),
            [.. state.Findings.Select((finding, i) => (finding, i)).OrderBy(f => f.finding.Step).ThenBy(f => f.i).Select(f => f.finding)],
            state.Matching,
            state.Unchecked,
            state.Counts,
            losses,
            common,
            [
                .. original.Modules.Select(module => new ModuleDistances(
                    module.Name,
                    modules.Port.GetValueOrDefault(module.Name),
                    module.Type,
                    [.. distances.Select(step => step.GetValueOrDefault(module.Name, double.NaN))]
                )),
            ]
        )
        {
            Uncomputed = state.Uncomputed,
        };
    }

    private static RecordedStep Step(RecordedRun run, int number)
    {
        while (run.Next() is { } step)
        {
            if (step.Number == number)
                return step;
            step.Dispose();
        }

        throw new InputFileException($"{run.Shown}: step {number} is no longer there: the recording has changed.");
    }

    private static RecordedStep Replace(RecordedStep? before, RecordedStep now)
    {
        if (before?.Number >= 0)
            before.Dispose();
        return now;
    }

    private static double Loss(RecordedStep step)
    {
        var loss = step.Tensors.LastOrDefault(tensor => tensor.Place.Quantity == RecordedQuantity.Loss && !tensor.IsNone && tensor.Elements == 1);
        using var number = loss?.Numbers();
        using var work = TorchWork.Begin();
        return number?.reshape(-1)[0].ToDouble() ?? double.NaN;
    }

    private static void Names(DiffState state)
    {
        foreach (var (original, port) in state.Modules.Port.Where(pair => pair.Key != pair.Value))
            state.Match($"{port} is taken for {original}.");
        foreach (var module in state.Original.Modules.Where(module => !state.Modules.Port.ContainsKey(module.Name)))
            state.Match($"{module.Name} ({module.Type}) has no counterpart in the port, which may call a function.");
        foreach (var module in state.Port.Modules.Where(module => !state.Modules.Original.ContainsKey(module.Name)))
            state.Match($"The port's {module.Name} ({module.Type}) has no counterpart in the original.");
        foreach (var buffer in state.Original.Buffers.Where(buffer => !state.Parameters.Port.ContainsKey(buffer.Name)))
            state.Match($"{buffer.Name} (buffer) has no counterpart in the port.");
        foreach (var buffer in state.Port.Buffers.Where(buffer => !state.Parameters.Original.ContainsKey(buffer.Name)))
            state.Match($"The port's {buffer.Name} (buffer) has no counterpart in the original.");
        foreach (var (original, port) in state.Parameters.Port.Where(pair => pair.Key != pair.Value && !Follows(state, pair.Key, pair.Value)))
            state.Match($"{port} is taken for {original}.");
    }

    /// <summary>True if a parameter's other name follows from its module's.</summary>
    private static bool Follows(DiffState state, string original, string port) =>
        DottedName.Parent(original) is { Length: > 0 } module
        && DottedName.Last(original) == DottedName.Last(port)
        && state.Modules.Port.GetValueOrDefault(module) == DottedName.Parent(port);

    private static void Unchecked(DiffState state, int common, RunOutline original, RunOutline port)
    {
        if (common == 0)
            state.Skip("No step is recorded on both sides.");
        else if (common < Math.Max(original.Rates.Count, port.Rates.Count))
            state.Skip(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{common} steps were compared, of {original.Rates.Count} and {port.Rates.Count} recorded ones."
                )
            );
        foreach (var (run, outline) in new[] { (state.Original, original), (state.Port, port) })
        {
            if (run.Keep == Keep.Statistics)
                state.Skip($"{run.Shown} keeps statistics: modules could not be computed anew from it.");
            if (run.Keep == Keep.Hashes)
                state.Skip($"{run.Shown} keeps hashes: it can say that bits differ, and not by how much.");
            if (run.Every > 1)
                state.Skip(
                    $"{run.Shown} has every {run.Every}th step: what a step began with is not known, and modules with parameters could not be computed anew."
                );
            if (outline.IsCutShort)
                state.Skip($"{run.Shown} ends within a line: what was recorded before it was read.");
            if (run.Optimizer is null)
                state.Skip($"{run.Shown} has no optimizer: its updates could not be computed anew.");
        }
    }

    private static RunSummary Summary(RecordedRun run, RunOutline outline) =>
        new(
            run.Shown,
            run.Name,
            string.Join(", ", run.Versions.Select(pair => $"{pair.Key} {pair.Value}").Prepend(run.Framework)),
            run.Surroundings,
            run.Keep,
            outline.Rates.Count,
            outline.IsCutShort
        );
}
