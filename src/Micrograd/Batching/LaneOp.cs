namespace Micrograd.Batching;

/// <summary>
/// One op of a recorded function, or a weighted sum of several, on its way into a program. Rows below 0 are uniform; rows of gradients below 0 are
/// no node's (<see cref="LaneCompiler"/>).
/// </summary>
internal sealed class LaneOp
{
    /// <summary>Row of a gradient that is not wanted; those of uses of outer values are below.</summary>
    internal const int NoGradient = -1;

    /// <summary>Number of the op's rule; null for a weighted sum.</summary>
    internal byte? Rule { get; init; }

    /// <summary>The row of the result.</summary>
    internal required int Y { get; init; }

    /// <summary>The rows of the operands and of their gradients; for a weighted sum, those of its terms.</summary>
    internal required int[] Rows { get; init; }

    internal required int[] GradRows { get; init; }

    /// <summary>The outer value of each of a weighted sum's terms; empty for an op.</summary>
    internal int[] Weights { get; init; } = [];

    /// <summary>The row that a weighted sum begins with, and of its gradient; null where that is its first term.</summary>
    internal (int Row, int GradRow)? Init { get; init; }

    /// <summary>Op attributes.</summary>
    internal double P { get; init; }

    internal double Q { get; init; }

    /// <summary>True if it has any number of operands, in a list.</summary>
    internal bool HasMany { get; init; }

    internal required bool WantsGradient { get; init; }

    internal bool HasOneOperand => !IsWeightedSum && !HasMany && Rows.Length == 1;

    /// <summary>True for a weighted sum that begins with a term and contributes to no gradient twice.</summary>
    internal bool IsSumOfDistinct =>
        IsWeightedSum && Init is null && GradRows.Where(row => row != NoGradient).Distinct().Count() == GradRows.Count(row => row != NoGradient);

    internal bool IsWeightedSum => Rule is null;

    /// <summary>All rows that it reads, and all rows of gradients that it contributes to.</summary>
    internal IEnumerable<int> AllRows => Init is { } init ? Rows.Prepend(init.Row) : Rows;

    internal IEnumerable<int> AllGradRows => Init is { } init ? GradRows.Prepend(init.GradRow) : GradRows;
}
