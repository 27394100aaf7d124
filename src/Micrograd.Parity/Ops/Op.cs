using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Micrograd.Parity.Ops;

/// <summary>
/// One row of the catalogue: an operation on both sides, its formula, where it is to be compared, and its edges. Programs, comparisons, reports and
/// docs/ops.md are all made from rows.
/// </summary>
public sealed class Op
{
    /// <summary>The arity of an op that takes any number of operands.</summary>
    public const int Any = -1;

    private readonly OursFunc _ours;
    private readonly TheirsFunc _theirs;

    private Op(string name, int arity, OursFunc ours, TheirsFunc theirs, Formula formula, string oursSource, string theirsSource)
    {
        Name = name;
        Arity = arity;
        _ours = ours;
        _theirs = theirs;
        Formula = formula;
        OursSource = Body(oursSource);
        TheirsSource = Body(theirsSource);
        TheirsParameters = Parameters(theirsSource);
    }

    /// <summary>The engine's side: operands and settings to result.</summary>
    internal delegate Value OursFunc(ReadOnlySpan<Value> operands, ReadOnlySpan<double> settings);

    /// <summary>PyTorch's side: operands and settings to result; of any shape, elementwise.</summary>
    internal delegate Tensor TheirsFunc(ReadOnlySpan<Tensor> operands, ReadOnlySpan<double> settings);

    /// <summary>PyTorch's lower-case name.</summary>
    public string Name { get; }

    /// <summary>The number of operands, or <see cref="Any"/>.</summary>
    public int Arity { get; }

    /// <summary>The engine's result.</summary>
    public Value Ours(ReadOnlySpan<Value> operands, ReadOnlySpan<double> settings) => _ours(operands, settings);

    /// <summary>PyTorch's result.</summary>
    public Tensor Theirs(ReadOnlySpan<Tensor> operands, ReadOnlySpan<double> settings) => _theirs(operands, settings);

    /// <summary>Formula of the value and the VJP, for any arithmetic.</summary>
    public Formula Formula { get; }

    /// <summary>The engine's side as written in the row.</summary>
    public string OursSource { get; }

    /// <summary>PyTorch's side as written in the row.</summary>
    public string TheirsSource { get; }

    /// <summary>The names that <see cref="TheirsSource"/> gives its operands and, where it has any, its settings.</summary>
    public IReadOnlyList<string> TheirsParameters { get; }

    /// <summary>The operand that only chooses between the others and receives no gradient; null where every operand receives one.</summary>
    public int? Condition { get; private init; }

    /// <summary>Sampling domain of each operand; the last one also holds for the operands after it.</summary>
    public IReadOnlyList<Domain> Domains { get; init; } = [Domain.Reals];

    /// <summary>Points where the function has a kink, a jump, or a change of formula. Compared there and at the floats on both sides.</summary>
    public IReadOnlyList<double> Kinks { get; init; } = [];

    /// <summary>The settings it is compared with, each a list of numbers; one empty list where it has none.</summary>
    public IReadOnlyList<double[]> Settings { get; init; } =
    [
        [],
    ];

    /// <summary>True if PyTorch applies it elementwise to tensors of any shape, unlike a reduction; see also <see cref="Alone"/>.</summary>
    public bool Elementwise { get; private init; } = true;

    /// <summary>True if the engine has no op of its own for it, but composes it of others, so that its bits are not PyTorch's.</summary>
    internal bool IsComposed { get; private init; }

    /// <summary>True if its one setting is the index of an operand: which output of several the result is, or a class.</summary>
    internal bool HasIndex { get; private init; }

    /// <summary>Returns the same row for an engine that computes the op otherwise.</summary>
    internal Op ComputedBy(OursFunc ours) =>
        new(Name, Arity, ours, _theirs, Formula, OursSource, TheirsSource)
        {
            Condition = Condition,
            Domains = Domains,
            Kinks = Kinks,
            Settings = Settings,
            Elementwise = Elementwise,
            IsComposed = IsComposed,
            HasIndex = HasIndex,
        };

    /// <summary>A row for an op of one operand.</summary>
    public static Op Unary(
        string name,
        Func<Value, Value> ours,
        Func<Tensor, Tensor> theirs,
        Formula formula,
        Domain? domain = null,
        double[]? kinks = null,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) =>
        new(name, 1, (x, _) => ours(x[0]), (x, _) => theirs(x[0]), formula, oursSource, theirsSource)
        {
            Domains = [domain ?? Domain.Reals],
            Kinks = kinks ?? [],
        };

    /// <summary>A row for an op of one operand and settings, compared with each of the given lists of settings.</summary>
    public static Op Setting(
        string name,
        double[][] settings,
        Func<Value, double[], Value> ours,
        Func<Tensor, double[], Tensor> theirs,
        Formula formula,
        Domain? domain = null,
        double[]? kinks = null,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) =>
        new(name, 1, (x, s) => ours(x[0], s.ToArray()), (x, s) => theirs(x[0], s.ToArray()), formula, oursSource, theirsSource)
        {
            Domains = [domain ?? Domain.Reals],
            Kinks = kinks ?? [],
            Settings = settings,
        };

    /// <summary>A row for an op of two operands.</summary>
    public static Op Binary(
        string name,
        Func<Value, Value, Value> ours,
        Func<Tensor, Tensor, Tensor> theirs,
        Formula formula,
        Domain? domain = null,
        Domain? second = null,
        double[]? kinks = null,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) =>
        new(name, 2, (x, _) => ours(x[0], x[1]), (x, _) => theirs(x[0], x[1]), formula, oursSource, theirsSource)
        {
            Domains = [domain ?? Domain.Reals, second ?? domain ?? Domain.Reals],
            Kinks = kinks ?? [],
        };

    /// <summary>A row for an op of three operands.</summary>
    public static Op Ternary(
        string name,
        Func<Value, Value, Value, Value> ours,
        Func<Tensor, Tensor, Tensor, Tensor> theirs,
        Formula formula,
        double[]? kinks = null,
        int? condition = null,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) =>
        new(name, 3, (x, _) => ours(x[0], x[1], x[2]), (x, _) => theirs(x[0], x[1], x[2]), formula, oursSource, theirsSource)
        {
            Kinks = kinks ?? [],
            Condition = condition,
        };

    /// <summary>A row for an op of any number of operands, such as a sum.</summary>
    public static Op Many(
        string name,
        Func<Value[], Value> ours,
        Func<Tensor[], Tensor> theirs,
        Formula formula,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) => new Op(name, Any, (x, _) => ours(x.ToArray()), (x, _) => theirs(x.ToArray()), formula, oursSource, theirsSource).Alone();

    /// <summary>
    /// A row for an op that other engines have as one node and this engine composes of others: traces may have it, and PyTorch judges it. Its settings
    /// are numbers that each node of a trace gives.
    /// </summary>
    internal static Op Composed(
        string name,
        Func<Value[], double[], Value> ours,
        Func<Tensor[], double[], Tensor> theirs,
        Formula formula,
        int arity = Any,
        int settings = 0,
        bool hasIndex = false,
        [CallerArgumentExpression(nameof(ours))] string oursSource = "",
        [CallerArgumentExpression(nameof(theirs))] string theirsSource = ""
    ) =>
        new(name, arity, (x, s) => ours(x.ToArray(), s.ToArray()), (x, s) => theirs(x.ToArray(), s.ToArray()), formula, oursSource, theirsSource)
        {
            Settings = [new double[hasIndex ? 1 : settings]],
            IsComposed = true,
            HasIndex = hasIndex,
            Elementwise = false,
        };

    /// <summary>
    /// This row for a straight-through estimator: the op's value, and the upstream gradient as it is. PyTorch's users write it
    /// <c>x + (op(x) - x).detach()</c>.
    /// </summary>
    internal Op StraightThrough() =>
        new(
            StraightThroughName(Name),
            Arity,
            (x, s) => Value.Constant(Ours([Value.Constant(x[0].Data)], s).Data) + (x[0] - x[0].Data),
            (x, s) => Theirs([x[0].detach()], s) + (x[0] - x[0].detach()),
            Formula.StraightThrough(),
            OursSource,
            TheirsSource
        )
        {
            Settings = Settings,
            IsComposed = true,
            Elementwise = false,
        };

    /// <summary>The name of the row for an op's straight-through estimator.</summary>
    internal static string StraightThroughName(string op) => $"{op}, straight-through";

    /// <summary>This row for an op that PyTorch does not apply elementwise to operands of one shape.</summary>
    public Op Alone() =>
        new(Name, Arity, Ours, Theirs, Formula, OursSource, $"({string.Join(", ", TheirsParameters)}) => {TheirsSource}")
        {
            Domains = Domains,
            Kinks = Kinks,
            Settings = Settings,
            Condition = Condition,
            Elementwise = false,
        };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string[] Parameters(string lambda)
    {
        var arrow = lambda.IndexOf("=>", StringComparison.Ordinal);
        return arrow < 0 ? [] : [.. lambda[..arrow].Trim(' ', '(', ')').Split(',', StringSplitOptions.TrimEntries)];
    }

    /// <summary>The right-hand side of a lambda, on one line.</summary>
    private static string Body(string lambda)
    {
        var arrow = lambda.IndexOf("=>", StringComparison.Ordinal);
        return string.Join(' ', lambda[(arrow < 0 ? 0 : arrow + 2)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
