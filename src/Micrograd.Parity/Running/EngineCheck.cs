using System.Globalization;
using Micrograd.Parity.Backends;
using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Running;

/// <summary>
/// Checks another engine in C# against PyTorch from within its own test project, whatever the test framework: a case for each of
/// <see cref="Names"/>, which calls <see cref="Verify"/>, and one that says what the engine has.
/// </summary>
/// <typeparam name="T">The engine's scalar.</typeparam>
public sealed class EngineCheck<T>
    where T : notnull
{
    private readonly IForeignEngine<T> _engine;
    private readonly Dictionary<string, IComparison> _compared = [];
    private readonly Dictionary<string, string> _lacking = [];
    private readonly Lazy<RunContext> _context;

    /// <summary>Finds out what the engine has. PyTorch is loaded when something is verified.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="suite">What to compare; training runs are left out.</param>
    /// <param name="seed">The seed of all random points.</param>
    public EngineCheck(IForeignEngine<T> engine, Suite suite, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(suite);
        _engine = engine;
        foreach (var comparison in suite.Comparisons())
        {
            if (ProgramOf(comparison) is not { } program)
                continue;
            if (program.Nodes.FirstOrDefault(n => n.Op is not null && !Has(n)) is { } node)
                _lacking.Add(comparison.Name, node.Op!);
            else
                _compared.Add(comparison.Name, comparison);
        }

        _context = new Lazy<RunContext>(() =>
        {
            var context = suite.Context(seed);
            return context with
            {
                Ours = new ForeignBackend<T>(engine, suite.Ops),
                Theirs = engine.GradientsBeginAsZero ? new ZeroBegunBackend(context.Theirs, suite.Ops) : context.Theirs,
            };
        });
    }

    /// <summary>The ops (under each of their settings) and programs to verify: all for which the engine has what they need.</summary>
    public IReadOnlyList<string> Names => [.. _compared.Keys];

    /// <summary>The ops and programs that are not compared, each with the op that the engine lacks.</summary>
    public IReadOnlyDictionary<string, string> Lacking => _lacking;

    /// <summary>What is compared and what is not, in words.</summary>
    public string Coverage
    {
        get
        {
            var total = _compared.Count + _lacking.Count;
            var left = _lacking.Select(l => l.Key.StartsWith(l.Value, StringComparison.Ordinal) ? l.Key : $"{l.Key} (needs {l.Value})");
            return $"{_engine.Name} is compared in {_compared.Count} of {total} ops and programs."
                + (_lacking.Count == 0 ? "" : $" It lacks: {string.Join("; ", left)}.");
        }
    }

    /// <summary>Compares an op or a program and throws unless every number has PyTorch's bits.</summary>
    /// <param name="name">One of <see cref="Names"/>, or an op at one point: <c>div @ 1, 3 upstream -0.25</c>.</param>
    /// <exception cref="ParityException">A number differs, or the engine lacks the op; the message has what the harness reports.</exception>
    /// <exception cref="ArgumentException">There is no such op or program.</exception>
    /// <exception cref="Torch.TorchUnavailableException">There is no PyTorch to compare with.</exception>
    public void Verify(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var filter = _compared.ContainsKey(name) ? new ItemFilter(name, null) : ItemFilter.Parse(name);
        if (_lacking.TryGetValue(filter.Pattern, out var lacked))
            throw new ParityException($"{_engine.Name} has no {lacked}, so that {filter.Pattern} cannot be compared.");
        if (!_compared.TryGetValue(filter.Pattern, out var comparison))
            throw new ArgumentException($"There is no op or program '{filter.Pattern}'.{Nearest.Question(filter.Pattern, _compared.Keys)}", nameof(name));
        var result = ParityRun.Run([comparison], _context.Value with { OnlyPoint = filter.Point })[0];
        if (result.Verdict is not (Verdict.SameBits or Verdict.KnownDifference) || result.Counts.Compared == 0)
            throw new ParityException(Words(result, comparison));
    }

    private static Program? ProgramOf(IComparison comparison) => comparison switch
    {
        OpComparison op => op.ProgramFor(op.Op.Arity == Op.Any ? OpPoints.Counts[0] : op.Op.Arity),
        ProgramComparison program => program.Program,
        _ => null,
    };

    private bool Has(Node node) =>
        _engine.TryApply(node.Op!, [.. node.Operands.Select(_ => _engine.Leaf(0.5))], node.Settings, out _);

    private string Words(ItemResult result, IComparison comparison)
    {
        var torch = _context.Value.Torch;
        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"MISMATCH  {_engine.Name}, {result.Kind} {result.Name}: {result.Counts.Mismatch:N0} of {result.Counts.Compared:N0} numbers differ from {torch.Summary}, {torch.Processor}."),
        };
        lines.AddRange(result.Errors);
        foreach (var failure in result.Failures)
        {
            var again = comparison is OpComparison ? $"{result.Name} @ {failure.Input}" : result.Name;
            lines.Add((failure with { Again = $"Verify(\"{again}\")" }).ToString());
        }

        return string.Join(Environment.NewLine, lines);
    }
}
