using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>
/// Makes a program on which the two sides differ as small as it can while they still do: fewer nodes, then fewer passes, then simpler
/// numbers. It tries one small change after another and keeps what still differs, so that one program always gives one result.
/// </summary>
/// <param name="ops">The catalogue.</param>
/// <param name="context">The two sides.</param>
internal sealed class Shrinker(OpCatalogue ops, RunContext context)
{
    /// <summary>The greatest number of programs that are tried on the way.</summary>
    public const int MaximumTries = 20_000;

    private Program _best = new("", [], []);
    private ProgramCost _cost;
    private Trace? _trace;
    private bool[] _wants = [];
    private int _tries;

    private delegate IEnumerable<Program> Step(Program program);

    /// <summary>Shrinks a program.</summary>
    /// <exception cref="ArgumentException">The two sides agree on it.</exception>
    public Program Shrink(Program program)
    {
        _tries = 0;
        _cost = new ProgramCost(int.MaxValue, 0, 0, 0, 0, 0, 0, 0);
        if (!Accept(program))
            throw new ArgumentException("Both sides agree on this program: there is nothing to shrink.", nameof(program));
        Step[] steps =
        [
            Isolated,
            WithoutPasses,
            Truncated,
            Cut,
            Unused,
            Rerooted,
            Bypassed,
            Merged,
            FewerOperands,
            Uncleared,
            FirstSettings,
            Constants,
            SimplerNumbers,
            SimplerUpstreams,
        ];
        for (var improved = true; improved; )
        {
            improved = false;
            foreach (var step in steps)
            {
                while (Improve(step))
                    improved = true;
            }
        }

        return _best;
    }

    /// <summary>Tries a step's changes in order until one still differs.</summary>
    private bool Improve(Step step)
    {
        foreach (var candidate in step(_best))
        {
            if (_tries >= MaximumTries)
                return false;
            if (Accept(candidate))
                return true;
        }

        return false;
    }

    private bool Accept(Program candidate)
    {
        if (ProgramCost.Measure(candidate) is var cost && cost.CompareTo(_cost) >= 0)
            return false;
        if (ProgramRules.Problem(candidate, ops) is not null)
            return false;
        _tries++;
        var check = ProgramCheck.Run(candidate, context);
        if (!check.Differs)
            return false;
        (_best, _cost, _trace, _wants) = (candidate, cost, check.Theirs, ProgramRules.WantsGradient(candidate, ops));
        return true;
    }

    /// <summary>Each op alone, without a pass or with the gradient that it had.</summary>
    private IEnumerable<Program> Isolated(Program program)
    {
        if (_trace is null)
            yield break;
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is null)
                continue;
            yield return ProgramEdits.Alone(program, i, _trace, upstream: null);
            if (_trace.Gradients[i] is { } gradient)
                yield return ProgramEdits.Alone(program, i, _trace, gradient);
        }
    }

    private static IEnumerable<Program> WithoutPasses(Program program)
    {
        yield return program with
        {
            Passes = [],
        };
        for (var p = 0; p < program.Passes.Count; p++)
            yield return program with
            {
                Passes = [.. program.Passes.Where((_, q) => q != p)],
            };
    }

    private static IEnumerable<Program> Truncated(Program program)
    {
        for (var last = program.Nodes.Count / 2; last < program.Nodes.Count - 1; last += Math.Max(1, (program.Nodes.Count - last) / 2))
            yield return ProgramEdits.UpTo(program, last);
    }

    /// <summary>Ops replaced by leaves of their values: half of the program, a quarter, …, one by one.</summary>
    private IEnumerable<Program> Cut(Program program)
    {
        if (_trace is null)
            yield break;
        for (var length = (program.Nodes.Count + 1) / 2; length > 0; length /= 2)
        {
            for (var start = 0; start < program.Nodes.Count; start += length)
            {
                var cut = ProgramEdits.WithLeaves(program, start, start + length, _trace, _wants);
                yield return ProgramEdits.WithoutUnused(cut);
                yield return cut;
            }
        }
    }

    private static IEnumerable<Program> Unused(Program program)
    {
        yield return ProgramEdits.WithoutUnused(program);
        for (var i = program.Nodes.Count - 1; i >= 0; i--)
            yield return ProgramEdits.WithoutUnused(program, mayGo: n => n == i);
    }

    /// <summary>Passes that start at an operand of their root, with the root's upstream gradient or the operand's own.</summary>
    private IEnumerable<Program> Rerooted(Program program)
    {
        for (var p = 0; p < program.Passes.Count; p++)
        {
            foreach (var operand in program.Nodes[program.Passes[p].Root].Operands.Distinct())
            {
                var moved = program.Passes[p] with { Root = operand };
                yield return ProgramEdits.WithoutUnused(ProgramEdits.WithPass(program, p, moved));
                if (_trace?.Gradients[operand] is { } gradient)
                    yield return ProgramEdits.WithoutUnused(ProgramEdits.WithPass(program, p, moved with { Upstream = gradient }));
            }
        }
    }

    /// <summary>Each op left out, its operand used in its place.</summary>
    private static IEnumerable<Program> Bypassed(Program program)
    {
        for (var i = program.Nodes.Count - 1; i >= 0; i--)
        {
            foreach (var operand in program.Nodes[i].Operands.Distinct())
                yield return ProgramEdits.WithoutUnused(ProgramEdits.Redirect(program, i, operand));
        }
    }

    /// <summary>One leaf in place of two.</summary>
    private static IEnumerable<Program> Merged(Program program)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (program.Nodes[i].Op is null && program.Nodes[j].Op is null)
                    yield return ProgramEdits.WithoutUnused(ProgramEdits.Redirect(program, i, j));
            }
        }
    }

    /// <summary>Ops of any number of operands with half of them, and with one less.</summary>
    private IEnumerable<Program> FewerOperands(Program program)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i] is not { Op: { } name } node || ops[name].Arity != Op.Any)
                continue;
            var count = node.Operands.Count;
            for (var length = count / 2; length > 0; length /= 2)
            {
                for (var start = 0; start < count; start += length)
                {
                    var fewer = node with { Operands = [.. node.Operands.Where((_, k) => k < start || k >= start + length)] };
                    yield return ProgramEdits.WithoutUnused(ProgramEdits.WithNode(program, i, fewer));
                    yield return ProgramEdits.WithNode(program, i, fewer);
                }
            }
        }
    }

    private static IEnumerable<Program> Uncleared(Program program)
    {
        for (var p = 0; p < program.Passes.Count; p++)
            yield return ProgramEdits.WithPass(program, p, program.Passes[p] with { Clear = false });
    }

    private IEnumerable<Program> FirstSettings(Program program)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i] is { Op: { } name, Settings.Count: > 0 } node)
                yield return ProgramEdits.WithNode(program, i, node with { Settings = ops[name].Settings[0] });
        }
    }

    private static IEnumerable<Program> Constants(Program program)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].RequiresGrad)
                yield return ProgramEdits.WithNode(program, i, program.Nodes[i] with { RequiresGrad = false });
        }
    }

    private static IEnumerable<Program> SimplerNumbers(Program program)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is not null)
                continue;
            foreach (var simpler in Simpler(program.Nodes[i].Number))
                yield return ProgramEdits.WithNode(program, i, program.Nodes[i] with { Number = simpler });
        }
    }

    private static IEnumerable<Program> SimplerUpstreams(Program program)
    {
        for (var p = 0; p < program.Passes.Count; p++)
        {
            foreach (var simpler in Simpler(program.Passes[p].Upstream))
                yield return ProgramEdits.WithPass(program, p, program.Passes[p] with { Upstream = simpler });
        }
    }

    /// <summary>Numbers that look simpler and may do as well: the simplest, its integer part, itself with fewer digits.</summary>
    private static IEnumerable<double> Simpler(double number)
    {
        foreach (var simple in ProgramCost.SimpleNumbers)
            yield return simple;
        if (!double.IsFinite(number))
            yield break;
        yield return Math.Truncate(number);
        for (var digits = 1; digits < 17; digits++)
            yield return double.Parse(number.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
