using System.Runtime.CompilerServices;

namespace Micrograd.Tapes;

/// <summary>
/// The ranges of a tape's address space. From the base up: the open steps, then the nodes. From the base down: numbers without gradient.
/// Operands of ops with many, the sums of later backward passes, and the numbers of replayed recordings lie in ranges of their own.
/// </summary>
internal readonly unsafe struct Arena
{
    /// <summary>Offset of the sentinel cell at which sweeps end, before the first node. Before it lies a word of <see cref="NegativeZeros"/>.</summary>
    internal const int First = OpenSteps + sizeof(ulong);

    /// <summary>Maximum bytes of nodes, and of constants, that a code can address.</summary>
    internal const int Reach = 1 << 30;

    /// <summary>Fewer bytes than a cell has: no two cells begin within as many.</summary>
    private const int BytesPerPlace = Cell.ConstantBytes;
    private const int CellBytesPerPlaceByte = BytesPerPlace / sizeof(double);

    private const int OpenSteps = 4096;
    private const int HugePage = 1 << 21;
    private const int SmallAlignment = 1 << 16;

    /// <summary>The address that offsets count from.</summary>
    internal readonly byte* Base;

    /// <summary>Guaranteed capacity in nodes.</summary>
    internal readonly int Capacity;

    /// <summary>Offsets of the operands of ops with many.</summary>
    internal readonly int* Operands;

    /// <summary>
    /// A place for each node beside its own, by its address; none holds a gradient (<see cref="Cell.NoGradient"/>) but during a pass.
    /// </summary>
    internal readonly double* Places;

    /// <summary>Bitmap of nodes whose accumulated gradient is exactly −0.</summary>
    internal readonly NegativeZeros NegativeZeros;

    /// <summary>The numbers of replayed recordings, in whole vectors.</summary>
    internal readonly double* Lanes;

    internal Arena(byte* start, int capacity)
    {
        Capacity = capacity;
        Base = (byte*)Round((nuint)start, capacity) + ConstantBytes(capacity);
        Operands = (int*)(Base + NodeBytes(capacity));
        var places = (byte*)(Operands + capacity);
        var zeros = (ulong*)(places + PlaceBytes(capacity));
        Places = (double*)(places + ConstantBytes(capacity) / CellBytesPerPlaceByte) - (nuint)Base / BytesPerPlace;
        NegativeZeros = new NegativeZeros(Base - ConstantBytes(capacity), zeros, (ulong*)(Base + OpenSteps), long.MinValue);
        Lanes = (double*)Round((nuint)((byte*)zeros + ZeroBytes(capacity)), capacity);
    }

    /// <summary>Has what lies behind the first two MB of nodes, constants and lanes on huge pages. A small tape is not to take a huge page of each.</summary>
    internal void UseHugePages()
    {
        AddressSpace.UseHugePages(Base - ConstantBytes(Capacity), Base - HugePage);
        AddressSpace.UseHugePages(Base + HugePage, Base + NodeBytes(Capacity));
        AddressSpace.UseHugePages((byte*)Beside(Cell.At(Base, First)) + HugePage, (byte*)Beside(Cell.At(Base, End(Capacity))));
        AddressSpace.UseHugePages((byte*)Lanes + HugePage, (byte*)(Lanes + LaneCount(Capacity)));
    }

    /// <summary>The bytes of address space for a capacity.</summary>
    internal static nuint Bytes(int capacity) =>
        Round(
            2 * Alignment(capacity)
                + ConstantBytes(capacity)
                + NodeBytes(capacity)
                + sizeof(int) * (nuint)capacity
                + PlaceBytes(capacity)
                + ZeroBytes(capacity)
                + sizeof(double) * (nuint)LaneCount(capacity),
            capacity
        );

    /// <summary>Limits of the offsets of nodes and of constants.</summary>
    internal static long End(int capacity) => First + (long)Cell.MaximumBytes * (capacity + 1);

    /// <summary>Capacity for values of replayed recordings.</summary>
    internal static long LaneCount(int capacity) => 2L * capacity + (1 << 16);

    internal static long ConstantEnd(int capacity) => -(long)Cell.ConstantBytes * (capacity + 1);

    /// <summary>True during a pass over nodes with earlier gradients, whose own sums lie in <see cref="Places"/>.</summary>
    internal bool IsLater { get; init; }

    /// <summary>The place of a node's gradient in the present pass.</summary>
    internal double* Gradient(Cell* node) => IsLater ? Beside(node) : &node->Grad;

    /// <summary>Accumulates a contribution into an operand's gradient, and sets the operand's bit if the sum is −0.</summary>
    internal void Give(Cell* operand, double share)
    {
        var gradient = Gradient(operand);
        *gradient += share;
        if (Cell.IsNegativeZero(*gradient))
            NegativeZeros.Add(operand);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double* Beside(Cell* node) => Beside(Places, node);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double* Beside(double* places, Cell* node) => places + (nuint)node / BytesPerPlace;

    /// <summary>The first operand of a node that has two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Cell* FirstOfTwo(Cell* node) =>
        node->Code == Cell.AddProduct
            ? Cell.Previous(Cell.Previous(node))
            : Cell.FormOf(node->Code) switch
            {
                Form.AddPrevious or Form.MulPrevious => Cell.Previous(node),
                Form.Add or Form.Mul or Form.Sub => Cell.At(Base, Cell.Word(node, 1)),
                _ => Cell.At(Base, Cell.Word(node, 2)),
            };

    /// <summary>The last operand of a node that has two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Cell* LastOfTwo(Cell* node) => node->Code == Cell.AddProduct ? Cell.Previous(node) : Cell.At(Base, Cell.Operand(node->Code));

    /// <summary>The offsets of the operands of a node that has many.</summary>
    internal ReadOnlySpan<int> Many(Cell* node) => new(Operands + Cell.Word(node, 2), (int)(Cell.Operand(node->Code) / 4));

    private static nuint PlaceBytes(int capacity) => (ConstantBytes(capacity) + NodeBytes(capacity)) / CellBytesPerPlaceByte;

    private static nuint NodeBytes(int capacity) => Round((nuint)End(capacity) + Cell.MaximumBytes, capacity);

    private static nuint ConstantBytes(int capacity) => Round((nuint)(-ConstantEnd(capacity)), capacity);

    private static nuint ZeroBytes(int capacity) =>
        sizeof(ulong) * (1 + (ConstantBytes(capacity) + NodeBytes(capacity)) / NegativeZeros.BytesPerWord);

    private static nuint Round(nuint bytes, int capacity) => (bytes + Alignment(capacity) - 1) / Alignment(capacity) * Alignment(capacity);

    /// <summary>Of a small tape, less: it is made where addresses are scarce.</summary>
    private static nuint Alignment(int capacity) => capacity * (long)Cell.MaximumBytes < HugePage ? SmallAlignment : (nuint)HugePage;
}
