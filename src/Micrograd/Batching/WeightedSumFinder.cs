using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>Finds sums of products that are recorded one after the other, as a neuron's.</summary>
/// <param name="function">The function.</param>
/// <param name="uses">Number of uses of each node.</param>
/// <param name="isWeight">True for an operand that is an outer value with a gradient, used nowhere else.</param>
internal sealed class WeightedSumFinder(RecordedFunction function, int[] uses, Func<RecordedOperand, bool> isWeight)
{
    /// <summary>
    /// The sum of terms that begins at a node, each a weight or the product of a weight and an input or node; null if none does. The nodes must lie
    /// one after the other, so that a backward pass meets nothing in between.
    /// </summary>
    internal RecordedSum? StartingAt(int start)
    {
        if (AsProduct(start) is not { } product)
            return null;
        var terms = new List<SumTerm>();
        RecordedOperand? init = null;
        int sum;
        if (start + 1 < function.Nodes.Count && OtherThan(start + 1, start) is { } other)
        {
            // Begins with a weight alone, or goes on from what is there.
            if (isWeight(other))
                terms.Add(new SumTerm(other.Index, null));
            else if (other.Source == OperandSource.Node)
                init = other;
            else
                return null;
            terms.Add(product);
            sum = start + 1;
        }
        else if (
            start + 2 < function.Nodes.Count
            && AsProduct(start + 1) is { } second
            && OtherThan(start + 2, start + 1) is { } first
            && first == new RecordedOperand(OperandSource.Node, start)
        )
        {
            terms.Add(product);
            terms.Add(second);
            sum = start + 2;
        }
        else
        {
            return null;
        }

        return new RecordedSum(GoOn(sum, terms), init, terms);
    }

    /// <summary>Adds the terms that follow a sum; returns the node of the last one's sum.</summary>
    private int GoOn(int sum, List<SumTerm> terms)
    {
        while (uses[sum] == 1 && sum + 1 < function.Nodes.Count)
        {
            if (OtherThan(sum + 1, sum) is { } weight && isWeight(weight))
            {
                terms.Add(new SumTerm(weight.Index, null));
                sum++;
            }
            else if (
                sum + 2 < function.Nodes.Count
                && AsProduct(sum + 1) is { } next
                && OtherThan(sum + 2, sum + 1) is { } before
                && before == new RecordedOperand(OperandSource.Node, sum)
            )
            {
                terms.Add(next);
                sum += 2;
            }
            else
            {
                break;
            }
        }

        return sum;
    }

    /// <summary>The product of a weight and an input or node, used nowhere else but in a sum.</summary>
    private SumTerm? AsProduct(int index)
    {
        var node = function.Nodes[index];
        if (node.Rule != Rules.Mul || uses[index] != 1)
            return null;
        var (a, b) = (node.Operands[0], node.Operands[1]);
        if (!isWeight(a))
            (a, b) = (b, a);
        return isWeight(a) && b.Source is (OperandSource.Input or OperandSource.Node) ? new SumTerm(a.Index, b) : null;
    }

    /// <summary>The other operand of a sum that has a node as one of its operands.</summary>
    private RecordedOperand? OtherThan(int index, int operand)
    {
        var node = function.Nodes[index];
        if (node.Rule != Rules.Add)
            return null;
        var asOperand = new RecordedOperand(OperandSource.Node, operand);
        return node.Operands[1] == asOperand ? node.Operands[0]
            : node.Operands[0] == asOperand ? node.Operands[1]
            : null;
    }
}

/// <summary>A sum of terms: its last node, what it begins with where that is no term, and the terms.</summary>
internal sealed record RecordedSum(int Node, RecordedOperand? Init, IReadOnlyList<SumTerm> Terms);

/// <summary>A weight, or its product with a factor.</summary>
internal readonly record struct SumTerm(int Weight, RecordedOperand? Factor);
