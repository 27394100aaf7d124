using System.Runtime.InteropServices;

namespace Micrograd;

/// <summary>How a node's packed operands are to be read.</summary>
internal enum OperandKind : byte
{
    None,
    One,
    OneAndSettings,
    Two,
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
    internal const byte Tanh = 4;
    internal const byte Relu = 5;

    /// <summary>By a rule's number: passes a node's gradient on to its operands.</summary>
    internal static readonly delegate*<in Arena, int, double, void>* Pulls =
        (delegate*<in Arena, int, double, void>*)NativeMemory.AllocZeroed(Maximum, (nuint)sizeof(nint));

    private const int Maximum = 256;

    private static readonly Lock s_gate = new();
    private static readonly string[] s_names = ["leaf", "add", "sub", "mul", "tanh", "relu", .. new string[Maximum - 6]];
    private static readonly OperandKind[] s_kinds = new OperandKind[Maximum];
    private static int s_count = 6;

    internal static string Name(byte code) => s_names[code];

    internal static OperandKind Kind(byte code) => s_kinds[code];

    internal static byte Register<TRule>(OperandKind kind, delegate*<in Arena, int, double, void> pull)
        where TRule : struct, IRule
    {
        lock (s_gate)
        {
            var inline = typeof(TRule) == typeof(AddRule) ? Add
                : typeof(TRule) == typeof(SubRule) ? Sub
                : typeof(TRule) == typeof(MulRule) ? Mul
                : typeof(TRule) == typeof(TanhRule) ? Tanh
                : typeof(TRule) == typeof(ReluRule) ? Relu
                : 0;
            var code = checked((byte)(inline > 0 ? inline : s_count++));
            s_names[code] = TRule.Name;
            s_kinds[code] = kind;
            Pulls[code] = pull;
            return code;
        }
    }
}

internal static unsafe class UnaryRule<TRule>
    where TRule : struct, IUnaryRule
{
    internal static readonly byte Code = Rules.Register<TRule>(OperandKind.One, &Pull);

    internal static void Pull(in Arena arena, int node, double g)
    {
        var x = (int)arena.Parents[node];
        arena.Accumulate(x, TRule.Pull(g, arena.Values[x], arena.Values[node]));
    }
}

internal static unsafe class SettingRule<TRule>
    where TRule : struct, ISettingRule
{
    internal static readonly byte Code = Rules.Register<TRule>(OperandKind.OneAndSettings, &Pull);

    internal static void Pull(in Arena arena, int node, double g)
    {
        var x = (int)arena.Parents[node];
        var settings = arena.Values + (int)(arena.Parents[node] >> 32);
        arena.Accumulate(x, TRule.Pull(g, arena.Values[x], settings[0], settings[-1], arena.Values[node]));
    }
}

internal static unsafe class BinaryRule<TRule>
    where TRule : struct, IBinaryRule
{
    internal static readonly byte Code = Rules.Register<TRule>(OperandKind.Two, &Pull);

    internal static void Pull(in Arena arena, int node, double g)
    {
        int i = (int)arena.Parents[node], j = (int)(arena.Parents[node] >> 32);
        double a = arena.Values[i], b = arena.Values[j], y = arena.Values[node];
        if (i >= 0)
            arena.Accumulate(i, TRule.PullA(g, a, b, y));
        if (j >= 0)
            arena.Accumulate(j, TRule.PullB(g, a, b, y));
    }
}

internal static unsafe class ManyRule<TRule>
    where TRule : struct, IManyRule
{
    internal static readonly byte Code = Rules.Register<TRule>(OperandKind.Many, &Pull);

    internal static void Pull(in Arena arena, int node, double g)
    {
        var packed = arena.Parents[node];
        var operands = arena.Operands + (int)packed;
        var count = (int)(packed >> 32);
        var share = TRule.Pull(g, count);
        for (var k = 0; k < count; k++)
        {
            if (operands[k] >= 0)
                arena.Accumulate(operands[k], share);
        }
    }
}
