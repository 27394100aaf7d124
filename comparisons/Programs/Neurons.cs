using Micrograd.Parity.Programs;
using static Micrograd.Parity.Programs.ProgramBuilder;

namespace Micrograd.Parity.Comparisons.Programs;

/// <summary>The lecture's neuron tanh(x1·w1 + x2·w2 + b), in its two forms, and the trap in its published PyTorch cell.</summary>
internal static class Neurons
{
    private const double Bias = 6.8813735870195432;

    public static IReadOnlyList<Program> All { get; } =
    [
        Define(
            "neuron",
            p =>
            {
                var n = Neuron(p, Bias);
                var o = p.Label(n.N.Tanh(), "o");
                p.Printed(o, "0.70710678118655", "1.0");
                p.Printed(n.N, "0.8813735870195432", "0.5");
                InputGradients(p, n);
                return o;
            },
            "tanh(0.8813735870195432) is 0.70710678118654759…: the C library rounds it up to …477, as micrograd prints it; Intel's MKL, and so "
                + "PyTorch on most machines, rounds it down to …476. Figures printed elsewhere are compared to 14 digits."
        ),
        Define(
            "neuron, tanh spelled out",
            p =>
            {
                var n = Neuron(p, Bias);
                var two = p.Leaf("2", 2);
                var twoN = p.Label(two * n.N, "2n");
                var e = p.Label(twoN.Exp(), "e");
                var above = e - 1;
                var below = e + 1;
                var inverse = below.Pow(-1);
                var o = p.Label(above * inverse, "o");
                p.Printed(e, "5.8284", "0.0429");
                p.Printed(above, "4.8284", "0.1464");
                p.Printed(inverse, "0.1464", "4.8284");
                p.Printed(below, "6.8284", "-0.1036");
                p.Printed(twoN, "1.7627", "0.2500");
                p.Printed(two, null, "0.2203");
                p.Printed(o, "0.7071");
                p.Printed(n.X1, null, "-1.5000");
                p.Printed(n.W1, null, "1.0000");
                p.Printed(n.X2, null, "0.5000");
                p.Printed(n.W2, null, "0.0000");
                return o;
            },
            "The same neuron with tanh written as (e − 1) / (e + 1), e = exp(2n): the inputs receive the same gradients."
        ),
        Define("neuron, b = 6.7", p =>
        {
            var o = Neuron(p, 6.7).N.Tanh();
            p.Printed(o, "0.6044");
            return o;
        }),
        Define(
            "neuron, bias rounded through float32",
            p =>
            {
                var n = Neuron(p, (float)Bias);
                var o = n.N.Tanh();
                p.Printed(o, "0.70710669040504");
                p.Printed(n.X1, null, "-1.5000003851533");
                p.Printed(n.W1, null, "1.0000002567689");
                p.Printed(n.X2, null, "0.50000012838444");
                p.Printed(n.W2, null, "0.0");
                return o;
            },
            "The published PyTorch cell writes torch.Tensor([6.8813735870195432]).double(): torch.Tensor makes a float32, so b becomes "
                + "6.881373405456543 before it is widened, and the printed 0.7071066904050358 differs from 0.7071067811865476 in the eighth "
                + "digit. It is the input that differs, not the engine: with this b both sides print the cell's figures, with a float64 b both "
                + "print micrograd's."
        ),
    ];

    private static (Expression X1, Expression X2, Expression W1, Expression W2, Expression B, Expression N) Neuron(ProgramBuilder p, double bias)
    {
        var (x1, x2) = (p.Leaf("x1", 2), p.Leaf("x2", 0));
        var (w1, w2) = (p.Leaf("w1", -3), p.Leaf("w2", 1));
        var b = p.Leaf("b", bias);
        var n = p.Label(x1 * w1 + x2 * w2 + b, "n");
        return (x1, x2, w1, w2, b, n);
    }

    private static void InputGradients(ProgramBuilder p, (Expression X1, Expression X2, Expression W1, Expression W2, Expression B, Expression N) n)
    {
        p.Printed(n.X1, null, "-1.5000");
        p.Printed(n.W1, null, "1.0000");
        p.Printed(n.X2, null, "0.5000");
        p.Printed(n.W2, null, "0.0");
        p.Printed(n.B, null, "0.5000");
    }
}
