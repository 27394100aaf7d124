using System.Runtime.InteropServices;
using Micrograd.Batching;

namespace Micrograd.Tapes;

/// <summary>What stands in a node's words and code beside the rule's number.</summary>
internal enum OperandKind : byte
{
    None,

    /// <summary>The operand in the code.</summary>
    One,

    /// <summary>The operand in the second word; in the code the first of two constants below each other.</summary>
    OneAndSettings,

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

    /// <summary>By a rule's number: passes a node's gradient on to its operands.</summary>
    internal static readonly delegate* <in Arena, Cell*, double, void>* Pulls = (delegate* <in Arena, Cell*, double, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    /// <summary>By a rule's number: the same op on blocks of samples, and what passes its gradients on; null where a recording cannot have it.</summary>
    internal static readonly delegate* <in LaneCall, void>* LaneForwards = (delegate* <in LaneCall, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    internal static readonly delegate* <in LaneCall, void>* LanePulls = (delegate* <in LaneCall, void>*)
        NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    private const int Maximum = 256;

    private static readonly Lock s_gate = new();
    private static readonly string[] s_names = new string[Maximum];
    private static readonly OperandKind[] s_kinds = new OperandKind[Maximum];
    private static readonly Dictionary<Type, byte> s_inline = FillInline();
    private static int s_count = ReplayResult + 1;

    internal static string Name(byte rule) => s_names[rule];

    internal static OperandKind Kind(byte rule) => s_kinds[rule];

    internal static byte Register<TRule>(
        OperandKind kind,
        delegate* <in Arena, Cell*, double, void> pull,
        delegate* <in LaneCall, void> laneForward,
        delegate* <in LaneCall, void> lanePull
    )
        where TRule : struct, IRule
    {
        if (s_inline.TryGetValue(typeof(TRule), out var inline))
            return inline;
        lock (s_gate)
        {
            var rule = checked((byte)s_count++);
            Fill<TRule>(rule, kind, pull, laneForward, lanePull);
            return rule;
        }
    }

    private static Dictionary<Type, byte> FillInline()
    {
        var rules = new Dictionary<Type, byte>();
        Binary<AddRule>(Add);
        Binary<SubRule>(Sub);
        Binary<MulRule>(Mul);
        Binary<DivRule>(Div);
        Unary<NegRule>(Neg);
        Unary<TanhRule>(Tanh);
        Unary<ReluRule>(Relu);
        Unary<PowTwoRule>(PowTwo);
        Unary<PowThreeRule>(PowThree);
        Unary<PowMinusOneRule>(PowMinusOne);
        s_names[Replay] = s_names[ReplayResult] = "replay";
        s_kinds[ReplayResult] = OperandKind.Many;
        Pulls[ReplayResult] = &Tape.PullReplayResult;
        return rules;

        void Unary<TRule>(byte rule)
            where TRule : struct, IUnaryRule
        {
            Fill<TRule>(rule, OperandKind.One, &UnaryRule<TRule>.Pull, &UnaryLanes<TRule>.Forward, &UnaryLanes<TRule>.Pull);
            rules.Add(typeof(TRule), rule);
        }

        void Binary<TRule>(byte rule)
            where TRule : struct, IBinaryRule
        {
            Fill<TRule>(rule, OperandKind.Two, &BinaryRule<TRule>.Pull, &BinaryLanes<TRule>.Forward, &BinaryLanes<TRule>.Pull);
            rules.Add(typeof(TRule), rule);
        }
    }

    private static void Fill<TRule>(
        byte rule,
        OperandKind kind,
        delegate* <in Arena, Cell*, double, void> pull,
        delegate* <in LaneCall, void> laneForward,
        delegate* <in LaneCall, void> lanePull
    )
        where TRule : struct, IRule
    {
        s_names[rule] = TRule.Name;
        s_kinds[rule] = kind;
        Pulls[rule] = pull;
        LaneForwards[rule] = laneForward;
        LanePulls[rule] = lanePull;
    }
}

internal static unsafe class UnaryRule<TRule>
    where TRule : struct, IUnaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.One, &Pull, &UnaryLanes<TRule>.Forward, &UnaryLanes<TRule>.Pull);

    internal static void Pull(in Arena arena, Cell* node, double g)
    {
        var x = Cell.At(arena.Base, Cell.Operand(node->Code));
        arena.NegativeZeros.Give(x, TRule.Pull(g, x->Data, node->Data));
    }
}

internal static unsafe class SettingRule<TRule>
    where TRule : struct, ISettingRule
{
    internal static readonly byte Number = Rules.Register<TRule>(
        OperandKind.OneAndSettings,
        &Pull,
        &SettingLanes<TRule>.Forward,
        &SettingLanes<TRule>.Pull
    );

    internal static void Pull(in Arena arena, Cell* node, double g)
    {
        var x = Cell.At(arena.Base, Cell.Word(node, 2));
        var p = Cell.Operand(node->Code);
        var q = p - Cell.ConstantBytes;
        arena.NegativeZeros.Give(x, TRule.Pull(g, x->Data, Cell.At(arena.Base, p)->Data, Cell.At(arena.Base, q)->Data, node->Data));
    }
}

internal static unsafe class BinaryRule<TRule>
    where TRule : struct, IBinaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Two, &Pull, &BinaryLanes<TRule>.Forward, &BinaryLanes<TRule>.Pull);

    internal static void Pull(in Arena arena, Cell* node, double g)
    {
        var a = arena.FirstOfTwo(node);
        var b = Cell.At(arena.Base, Cell.Operand(node->Code));
        double x = a->Data,
            y = b->Data;
        arena.NegativeZeros.Give(a, TRule.PullA(g, x, y, node->Data));
        arena.NegativeZeros.Give(b, TRule.PullB(g, x, y, node->Data));
    }
}

internal static unsafe class TernaryRule<TRule>
    where TRule : struct, ITernaryRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Many, &Pull, &TernaryLanes<TRule>.Forward, &TernaryLanes<TRule>.Pull);

    internal static void Pull(in Arena arena, Cell* node, double g)
    {
        var operands = arena.Many(node);
        double a = Data(arena, operands[0]),
            b = Data(arena, operands[1]),
            c = Data(arena, operands[2]);
        for (var k = 0; k < operands.Length; k++)
            arena.NegativeZeros.Give(Cell.At(arena.Base, operands[k]), TRule.Pull(k, g, a, b, c));
    }

    private static double Data(in Arena arena, int operand) => Cell.At(arena.Base, operand)->Data;
}

internal static unsafe class ManyRule<TRule>
    where TRule : struct, IManyRule
{
    internal static readonly byte Number = Rules.Register<TRule>(OperandKind.Many, &Pull, &ManyLanes<TRule>.Forward, &ManyLanes<TRule>.Pull);

    internal static void Pull(in Arena arena, Cell* node, double g)
    {
        var operands = arena.Many(node);
        var share = TRule.Pull(g, operands.Length);
        foreach (var operand in operands)
            arena.NegativeZeros.Give(Cell.At(arena.Base, operand), share);
    }
}
