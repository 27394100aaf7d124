using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Suites;

/// <summary>
/// Checks another engine in C# against PyTorch from within its own test project, under any test framework: one test case for each of
/// <see cref="Names"/>, which calls <see cref="Verify"/>, and one for <see cref="Coverage"/>.
/// </summary>
/// <remarks>
/// No two libraries have the same exponential in all bits, and PyTorch's depends on the processor. So an engine with the functions of the C library
/// has PyTorch's bits in most numbers but not in all: differences must be within a rounding error bound, which follows from the op's formula
/// and the libraries' stated errors, never from a tolerance. <see cref="EngineDemand.SameBits"/> is stricter.
/// </remarks>
/// <typeparam name="T">The engine's scalar.</typeparam>
public sealed class EngineCheck<T>
    where T : notnull
{
    private readonly IForeignEngine<T> _engine;
    private readonly IEngineDiagnosis? _diagnosis;
    private readonly Dictionary<string, IComparison> _compared = [];
    private readonly Dictionary<string, string> _lacking = [];
    private readonly Lazy<RunContext> _context;
    private readonly Lazy<FormulaBackend<Enclosure>?> _bounds;
    private readonly Lock _gate = new();
    private Counts _counts = Counts.None;

    /// <summary>Finds the ops that the engine has. PyTorch is loaded at the first verification.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="suite">Ops and programs to compare; training runs are left out.</param>
    /// <param name="seed">The seed of all random points.</param>
    /// <param name="demand">Criterion by which the numbers pass.</param>
    /// <param name="kernels">PyTorch's kernels; a process keeps those that it loaded first.</param>
    public EngineCheck(
        IForeignEngine<T> engine,
        Suite suite,
        int seed = 1,
        EngineDemand demand = EngineDemand.WithinBounds,
        KernelChoice kernels = KernelChoice.Best
    )
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(suite);
        (_engine, _diagnosis) = (engine, suite.Diagnosis);
        foreach (var comparison in suite.Comparisons())
        {
            if (ProgramOf(comparison) is not { } program)
                continue;
            if (program.Nodes.FirstOrDefault(n => n.Op is not null && !Has(n)) is { } node)
                _lacking.Add(comparison.Name, node.Op!);
            else
                _compared.Add(comparison.Name, comparison);
        }

        _bounds = new Lazy<FormulaBackend<Enclosure>?>(() =>
            demand == EngineDemand.SameBits
                ? null
                : new FormulaBackend<Enclosure>(
                    suite.Ops,
                    new EnclosureArithmetic(FloatFormat.Binary64)
                    {
                        DecidesExactly = true,
                        ReducesAnyArgument = _context!.Value.Torch.Mkl is not null,
                    }
                )
        );
        _context = new Lazy<RunContext>(() =>
        {
            var torch = TorchLibrary.LoadWithoutEngine(kernels);
            IBackend theirs = new TorchBackend(suite.Ops);
            return new RunContext(
                new ForeignBackend<T>(engine, suite.Ops),
                engine.GradientsBeginAsZero ? new ZeroBegunBackend(theirs, suite.Ops) : theirs,
                suite.Known,
                torch,
                seed
            );
        });
    }

    /// <summary>The ops (under each of their settings) and programs to verify: all those whose ops the engine has.</summary>
    public IReadOnlyList<string> Names => [.. _compared.Keys];

    /// <summary>The ops and programs that are not compared, each with the op that the engine lacks.</summary>
    public IReadOnlyDictionary<string, string> Lacking => _lacking;

    /// <summary>Number of numbers that all calls of <see cref="Verify"/> have compared so far, by verdict.</summary>
    public Counts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>Coverage as text: items compared, items not compared, and the verdicts on the numbers compared so far.</summary>
    public string Coverage
    {
        get
        {
            var total = _compared.Count + _lacking.Count;
            var left = _lacking.Select(l => l.Key.StartsWith(l.Value, StringComparison.Ordinal) ? l.Key : $"{l.Key} (needs {l.Value})");
            return $"{_engine.Name} is compared in {_compared.Count} of {total} ops and programs."
                + (_lacking.Count == 0 ? "" : $" It lacks: {string.Join("; ", left)}.")
                + (Counts.Compared == 0 ? "" : $" So far {Summary(Counts)}.");
        }
    }

    /// <summary>Compares an op or a program and throws unless every number meets the criterion.</summary>
    /// <param name="name">One of <see cref="Names"/>, or an op at one point: <c>div @ 1, 3 upstream -0.25</c>.</param>
    /// <returns>
    /// Number of numbers with the same bits and within their bounds, and the fraction of the bounds that the differences use. What is rounding by
    /// the judgement of <c>parity check</c>, such as that of another composition of operations, counts as within its bound; the note names its class.
    /// </returns>
    /// <exception cref="ParityException">A number differs, or the engine lacks the op; the message has what the harness reports, and the mistake that gives these numbers.</exception>
    /// <exception cref="ArgumentException">There is no such op or program.</exception>
    /// <exception cref="TorchUnavailableException">There is no PyTorch to compare with.</exception>
    public ItemResult Verify(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var filter = _compared.ContainsKey(name) ? new ItemFilter(name, null) : ItemFilter.Parse(name);
        if (_lacking.TryGetValue(filter.Pattern, out var lacked))
            throw new ParityException($"{_engine.Name} has no {lacked}, so that {filter.Pattern} cannot be compared.");
        if (!_compared.TryGetValue(filter.Pattern, out var comparison))
            throw new ArgumentException($"Unknown op or program '{filter.Pattern}'{Nearest.Ending(filter.Pattern, _compared.Keys)}", nameof(name));
        var context = _context.Value with { OnlyPoint = filter.Point };
        var compared = new EngineComparison(comparison, context, _bounds.Value);
        var result = compared.Run();
        var finding = compared.Failed.Count > 0 ? _diagnosis?.Judge(comparison, compared.Failed, context) : null;
        if (finding is not null && _bounds.Value is not null)
            result = Judged(result, finding);
        lock (_gate)
        {
            _counts += result.Counts;
        }

        return result.Verdict is Verdict.Mismatch || result.Counts.Compared == 0
            ? throw new ParityException(Words(result, comparison, finding))
            : result;
    }

    private static Program? ProgramOf(IComparison comparison) =>
        comparison switch
        {
            OpComparison op => op.ProgramFor(op.Op.Arity == Op.Any ? OpPoints.Counts[0] : op.Op.Arity),
            ProgramComparison program => program.Program,
            _ => null,
        };

    private bool Has(Node node) => _engine.TryApply(node.Op!, [.. node.Operands.Select(_ => _engine.Leaf(0.5))], node.Settings, out _);

    private static string Summary(Counts counts) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Compared:N0} numbers were compared: {counts.SameBits:N0} have the same bits, {counts.WithinBound:N0} differ by no more than rounding explains, "
        )
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{(counts.Known == 0 ? "" : $"{counts.Known:N0} are known differences, ")}{counts.Mismatch:N0} differ by more"
        );

    /// <summary>A result in which what the judgement calls rounding counts as such, and mistakes come first.</summary>
    private static ItemResult Judged(ItemResult result, EngineFinding finding)
    {
        var mistakes = finding.Mistaken.Sum(run => (long)run.Differences.Count);
        var counts = result.Counts;
        return result with
        {
            Counts = counts with { WithinBound = counts.WithinBound + counts.Mismatch - mistakes, Mismatch = mistakes },
            Failures = [.. finding.Mistaken.SelectMany(run => run.Differences).Take(ItemResult.KeptDifferences)],
            Note = string.Join(Environment.NewLine, finding.Lines),
        };
    }

    private string Words(ItemResult result, IComparison comparison, EngineFinding? finding)
    {
        var torch = _context.Value.Torch;
        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"MISMATCH  {_engine.Name}, {result.Kind.Word} {result.Name}: {result.Counts.Mismatch:N0} of {result.Counts.Compared:N0} numbers differ from {torch.Summary}, {torch.Processor}."
            ),
            _bounds.Value is null ? "The same bits are demanded." : $"{Summary(result.Counts)}.",
        };
        lines.AddRange(finding?.Lines ?? []);
        foreach (var failure in result.Failures)
        {
            var again = comparison is OpComparison ? $"{result.Name} @ {failure.Input}" : result.Name;
            lines.Add((failure with { Again = $"Verify(\"{again}\")" }).ToString());
        }

        return string.Join(Environment.NewLine, lines);
    }
}
