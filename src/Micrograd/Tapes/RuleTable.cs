using System.Runtime.InteropServices;
using Micrograd.Batching;

namespace Micrograd.Tapes;

/// <summary>Encoding of the operands in a node's words and code.</summary>
internal enum OperandKind : byte
{
    None,

    /// <summary>The operand in the code.</summary>
    One,

    /// <summary>The operand in the second word; in the code the first of two constants below each other.</summary>
    OneAndAttributes,

    /// <summary>The first operand in the second word, unless the form has it elsewhere; the last in the code.</summary>
    Two,

    /// <summary>In the second word where the list of operands begins; in the code how many there are, four times.</summary>
    Many,
}

/// <summary>
/// The number each rule has on a tape, and what the backward sweep calls for it. Numbers are given out when a rule is first used:
/// adding a rule needs no entry here.
/// </summary>
internal static unsafe class Rules
{
    internal const byte Leaf = 0;

    // The rules that the sweep has inline have fixed numbers.
    internal const byte Add = 1;
    internal const byte Sub = 2;
    internal const byte Mul = 3;
    internal const byte Div = 4;
    internal const byte Neg = 5;
    internal const byte Tanh = 6;
    internal const byte Relu = 7;
    internal const byte PowTwo = 8;
    internal const byte PowThree = 9;
    internal const byte PowMinusOne = 10;

    // No ops of a user's: what Recording.Replay leaves on the tape.
    internal const byte Replay = 11;
    internal const byte ReplayResult = 12;

    /// <summary>VJP by rule number: accumulates a node's contributions into its operands' gradients.</summary>
    internal static readonly delegate* <in Arena, Cell*, double, void>* Vjps = (delegate* <in Arena, Cell*, double, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    /// <summary>Forward kernels on blocks of samples, and their VJPs, by rule number; null for ops that cannot be recorded.</summary>
    internal static readonly delegate* <in LaneCall, void>* LaneForwards = (delegate* <in LaneCall, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    internal static readonly delegate* <in LaneCall, void>* LaneVjps = (delegate* <in LaneCall, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    private const int Maximum = 256;

    private static readonly Lock s_gate = new();
    private static readonly string[] s_names = new string[Maximum];
    private static readonly OperandKind[] s_kinds = new OperandKind[Maximum];
    private static int s_count = ReplayResult + 1;

    static Rules()
    {
        // Nodes of these have forms of their own, and do not ask for their rules' numbers.
        Fill<AddRule>(Add, OperandKind.Two, &BinaryRule<AddRule>.Vjp, &BinaryLanes<AddRule>.Forward, &BinaryLanes<AddRule>.Vjp);
        Fill<SubRule>(Sub, OperandKind.Two, &BinaryRule<SubRule>.Vjp, &BinaryLanes<SubRule>.Forward, &BinaryLanes<SubRule>.Vjp);
        Fill<MulRule>(Mul, OperandKind.Two, &BinaryRule<MulRule>.Vjp, &BinaryLanes<MulRule>.Forward, &BinaryLanes<MulRule>.Vjp);
        s_names[Replay] = s_names[ReplayResult] = "replay";
        s_kinds[ReplayResult] = OperandKind.Many;
    }

    internal static string Name(byte rule) => s_names[rule];

    internal static OperandKind Kind(byte rule) => s_kinds[rule];

    internal static byte Register<TRule>(
        OperandKind kind,
        delegate* <in Arena, Cell*, double, void> vjp,
        delegate* <in LaneCall, void> laneForward,
        delegate* <in LaneCall, void> laneVjp
    )
        where TRule : struct, IRule
    {
        lock (s_gate)
        {
            var rule = Fixed(typeof(TRule)) ?? checked((byte)s_count++);
            Fill<TRule>(rule, kind, vjp, laneForward, laneVjp);
            return rule;
        }
    }

    /// <summary>The number of a rule that the sweep has inline.</summary>
    private static byte? Fixed(Type rule) =>
        rule == typeof(AddRule) ? Add
        : rule == typeof(SubRule) ? Sub
        : rule == typeof(MulRule) ? Mul
        : rule == typeof(DivRule) ? Div
        : rule == typeof(NegRule) ? Neg
        : rule == typeof(TanhRule) ? Tanh
        : rule == typeof(ReluRule) ? Relu
        : rule == typeof(PowTwoRule) ? PowTwo
        : rule == typeof(PowThreeRule) ? PowThree
        : rule == typeof(PowMinusOneRule) ? PowMinusOne
        : null;

    private static void Fill<TRule>(
        byte rule,
        OperandKind kind,
        delegate* <in Arena, Cell*, double, void> vjp,
        delegate* <in LaneCall, void> laneForward,
        delegate* <in LaneCall, void> laneVjp
    )
        where TRule : struct, IRule
    {
        s_names[rule] = TRule.Name;
        s_kinds[rule] = kind;
        Vjps[rule] = vjp;
        LaneForwards[rule] = laneForward;
        LaneVjps[rule] = laneVjp;
    }
}

internal static unsafe class UnaryRule<TRule>
    where TRule : struct, IUnaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.One, &Vjp, &UnaryLanes<TRule>.Forward, &UnaryLanes<TRule>.Vjp);

    internal static void Vjp(in Arena arena, Cell* node, double g)
    {
        var x = Cell.At(arena.Base, Cell.Operand(node->Code));
        arena.Give(x, TRule.Vjp(g, x->Data, node->Data));
    }
}

internal static unsafe class AttributedRule<TRule>
    where TRule : struct, IAttributedRule
{
    internal static readonly byte Number = Rules.Register<TRule>(
        OperandKind.OneAndAttributes,
        &Vjp,
        &AttributedLanes<TRule>.Forward,
        &AttributedLanes<TRule>.Vjp
    );

    internal static void Vjp(in Arena arena, Cell* node, double g)
    {
        var x = Cell.At(arena.Base, Cell.Word(node, 2));
        var p = Cell.Operand(node->Code);
        var q = p - Cell.ConstantBytes;
        arena.Give(x, TRule.Vjp(g, x->Data, Cell.At(arena.Base, p)->Data, Cell.At(arena.Base, q)->Data, node->Data));
    }
}

internal static unsafe class BinaryRule<TRule>
    where TRule : struct, IBinaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Two, &Vjp, &BinaryLanes<TRule>.Forward, &BinaryLanes<TRule>.Vjp);

    internal static void Vjp(in Arena arena, Cell* node, double g)
    {
        var a = arena.FirstOfTwo(node);
        var b = arena.LastOfTwo(node);
        double x = a->Data,
            y = b->Data;
        arena.Give(a, TRule.VjpA(g, x, y, node->Data));
        arena.Give(b, TRule.VjpB(g, x, y, node->Data));
    }
}

internal static unsafe class TernaryRule<TRule>
    where TRule : struct, ITernaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Many, &Vjp, &TernaryLanes<TRule>.Forward, &TernaryLanes<TRule>.Vjp);

    internal static void Vjp(in Arena arena, Cell* node, double g)
    {
        var operands = arena.Many(node);
        double a = Data(arena, operands[0]),
            b = Data(arena, operands[1]),
            c = Data(arena, operands[2]);
        for (var k = 0; k < operands.Length; k++)
            arena.Give(Cell.At(arena.Base, operands[k]), TRule.Vjp(k, g, a, b, c));
    }

    private static double Data(in Arena arena, int operand) => Cell.At(arena.Base, operand)->Data;
}

internal static unsafe class ManyRule<TRule>
    where TRule : struct, IManyRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Many, &Vjp, &ManyLanes<TRule>.Forward, &ManyLanes<TRule>.Vjp);

    internal static void Vjp(in Arena arena, Cell* node, double g)
    {
        var operands = arena.Many(node);
        var share = TRule.Vjp(g, operands.Length);
        foreach (var operand in operands)
            arena.Give(Cell.At(arena.Base, operand), share);
    }
}
