using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparing;

/// <summary>PyTorch against itself: the same points in one long tensor, whose loops may take another path than a 0-dim tensor's.</summary>
internal static class TorchSelfComparison
{
    private const int KeptExamples = 8;

    internal static TorchDisagreement? Run(Op op, double[] settings, IReadOnlyList<(ProgramInput Input, Trace Trace)> zeroDim)
    {
        using var work = TorchWork.Begin();
        var operands = Enumerable
            .Range(0, op.Arity)
            .Select(k => tensor(zeroDim.Select(z => z.Input.Numbers[k]).ToArray(), float64, requires_grad: true))
            .ToArray();
        var result = op.Theirs(operands, settings);
        if (result.requires_grad)
            result.backward([tensor(zeroDim.Select(z => z.Input.Upstreams[0]).ToArray(), float64)]);

        long count = 0;
        var examples = new List<string>();
        Compare("value", result, trace => trace.Values[op.Arity]);
        for (var k = 0; k < op.Arity; k++)
        {
            var operand = k;
            if (operands[k].grad is { } gradient)
                Compare(op.Arity == 1 ? "gradient" : $"gradient of operand {k + 1}", gradient, trace => trace.Gradients[operand]);
        }

        return count == 0 ? null : new TorchDisagreement(count, examples);

        void Compare(string what, Tensor vector, Func<Trace, double?> pick)
        {
            var numbers = vector.Numbers();
            for (var i = 0; i < numbers.Length; i++)
            {
                if (pick(zeroDim[i].Trace) is not { } single || Ulps.Same(single, numbers[i]))
                    continue;
                count++;
                if (examples.Count < KeptExamples)
                {
                    examples.Add(
                        $"{what} at {string.Join(", ", zeroDim[i].Input.Numbers.Select(x => Difference.Show(x)))}: "
                            + $"{Difference.Show(single)} alone, {Difference.Show(numbers[i])} in a vector"
                    );
                }
            }
        }
    }
}
