using Micrograd.Parity.Programs;
using static Micrograd.Parity.Programs.ProgramBuilder;

namespace Micrograd.Parity.Comparisons.Programs;

/// <summary>The scalar expressions of the micrograd lecture and of micrograd's own tests, with the figures printed there.</summary>
internal static class Expressions
{
    public static IReadOnlyList<Program> All { get; } =
    [
        Parabola(3, "20.0", "14.0"),
        Parabola(-3, "44.0", "-22.0"),
        Parabola(2.0 / 3, null, "0.0"),
        Define("d = a·b + c", p =>
        {
            var (a, b, c) = (p.Leaf("a", 2), p.Leaf("b", -3), p.Leaf("c", 10));
            var d = a * b + c;
            p.Printed(d, "4.0");
            p.Printed(a, null, "-3.0");
            p.Printed(b, null, "2.0");
            p.Printed(c, null, "1.0");
            return d;
        }),
        Nudged("a", 2.001, -3, 10, "3.997"),
        Nudged("b", 2, -2.999, 10, "4.002"),
        Nudged("c", 2, -3, 10.001, "4.001"),
        Lecture("L = (a·b + c)·f", 2, -3, 10, -2, (p, n) =>
        {
            p.Printed(n.L, "-8.0", "1.0");
            p.Printed(n.A, null, "6.0");
            p.Printed(n.B, null, "-4.0");
            p.Printed(n.C, null, "-2.0");
            p.Printed(n.E, "-6.0", "-2.0");
            p.Printed(n.D, "4.0", "-2.0");
            p.Printed(n.F, null, "4.0");
        }),
        Lecture("L after one step of 0.01 along the gradient", 2 + 0.01 * 6, -3 + 0.01 * -4, 10 + 0.01 * -2, -2 + 0.01 * 4, (p, n) =>
            p.Printed(n.L, "-7.286496")
        ),
        Define("e = d·(a + b)", p =>
        {
            var (a, b, d) = (p.Leaf("a", 6), p.Leaf("b", 8), p.Leaf("d", 3));
            var e = d * (a + b);
            p.Printed(e, "42.0");
            return e;
        }),
        Define(
            "a + a",
            p =>
            {
                var a = p.Leaf("a", 3);
                p.Printed(a, null, "2.0");
                return a + a;
            },
            "One value used twice receives both shares."
        ),
        Define("a · a", p =>
        {
            var a = p.Leaf("a", 3);
            p.Printed(a, null, "6.0");
            return a * a;
        }),
        Define("f = (a·b)·(a + b)", p =>
        {
            var (a, b) = (p.Leaf("a", -2), p.Leaf("b", 3));
            var d = a * b;
            var e = a + b;
            var f = d * e;
            p.Printed(f, "-6.0");
            p.Printed(a, null, "-3.0");
            p.Printed(b, null, "-8.0");
            p.Printed(d, null, "1.0");
            p.Printed(e, null, "-6.0");
            return f;
        }),
        Define("b = a + a, c = b + b", p =>
        {
            var a = p.Leaf("a", 1);
            var b = a + a;
            p.Printed(a, null, "4.0");
            return b + b;
        }),
        Define("d = a·b, f = d·d", p =>
        {
            var (a, b) = (p.Leaf("a", 2), p.Leaf("b", 3));
            var d = a * b;
            p.Printed(a, null, "36.0");
            p.Printed(b, null, "24.0");
            return d * d;
        }),
        Define("b = a·a, c = b + a, e = c·b", p =>
        {
            var a = p.Leaf("a", 3);
            var b = a * a;
            var c = b + a;
            p.Printed(a, null, "135.0");
            return c * b;
        }),
        Define("README of micrograd", p =>
        {
            var (a, b) = (p.Leaf("a", -4), p.Leaf("b", 2));
            var c = a + b;
            var d = a * b + b.Pow(3);
            c += c + 1;
            c += 1 + c + -a;
            d += d * 2 + (b + a).Relu();
            d += 3 * d + (b - a).Relu();
            var e = c - d;
            var f = e.Pow(2);
            var g = f / 2;
            g += 10.0 / f;
            p.Printed(g, "24.70408163265306");
            p.Printed(a, null, "138.83381924198252");
            p.Printed(b, null, "645.5772594752186");
            return g;
        }),
        Define("micrograd's sanity check", p =>
        {
            var x = p.Leaf("x", -4);
            var z = 2 * x + 2 + x;
            var q = z.Relu() + z * x;
            var h = (z * z).Relu();
            var y = h + q + q * x;
            p.Printed(y, "-20.0");
            p.Printed(x, null, "46.0");
            return y;
        }),
        Define(
            "backward twice without clearing",
            p =>
            {
                var x = p.Leaf("x", 3);
                var y = x * x * x;
                p.Backward(y);
                p.Backward(y);
                p.Printed(x, null, "54.0");
                return y;
            },
            "Gradients of leaves add up: 27, then 54. What the first pass left at x·x must not flow into the second (which would give 72)."
        ),
        Define("backward once", p =>
        {
            var x = p.Leaf("x", 3);
            p.Printed(x, null, "27.0");
            return x * x * x;
        }),
        Define("backward twice, cleared between", p =>
        {
            var x = p.Leaf("x", 3);
            var y = x * x * x;
            p.Backward(y);
            p.Backward(y, clear: true);
            p.Printed(x, null, "27.0");
            return y;
        }),
        Define("second backward, from the second root", p =>
        {
            var (a, b, d) = (p.Leaf("a", 3), p.Leaf("b", 2), p.Leaf("d", 1));
            var c = a + b;
            var e = c * d;
            p.Backward(e);
            p.Backward(e);
            p.Printed(a, null, "2.0");
            return e;
        }),
        Define("5 − x", p =>
        {
            var x = p.Leaf("x", 2);
            var y = 5 - x;
            p.Printed(y, "3.0");
            p.Printed(x, null, "-1.0");
            return y;
        }),
        Define("5 / x", p =>
        {
            var y = 5 / p.Leaf("x", 2);
            p.Printed(y, "2.5");
            return y;
        }),
        Define("5 + x", p => 5 + p.Leaf("x", 2)),
        Define("5 · x", p => 5 * p.Leaf("x", 2)),
        Define(
            "√(x·x) at 0",
            p =>
            {
                var x = p.Leaf("x", 0);
                return (x * x).Sqrt();
            },
            "inf · 0: PyTorch gives NaN, and so do we."
        ),
        Define("x·log x at 0", p =>
        {
            var x = p.Leaf("x", 0);
            return x * x.Log();
        }),
        Define(
            "where(x > 0, √x, 0) at 0",
            p =>
            {
                var x = p.Leaf("x", 0);
                return x.Apply("where", x.Sqrt(), p.Constant(0));
            },
            "The branch not taken receives 0, and 0 · inf is NaN."
        ),
        Define(
            "a dead branch",
            p =>
            {
                var x = p.Leaf("x", 0);
                _ = x.Log() * 2;
                return x + 1;
            },
            "What the root does not reach is not visited: log's infinite derivative at 0 must not turn the gradient into NaN."
        ),
        Define("a value used a hundred times", p =>
        {
            var x = p.Leaf("x", 0.1);
            var y = x * 1;
            for (var i = 2; i <= 100; i++)
                y += x * i;
            return y;
        }),
        Define(
            "a chain of 1,000 additions",
            p =>
            {
                var x = p.Leaf("x", 1);
                var y = x;
                for (var i = 0; i < 1000; i++)
                    y += x;
                p.Printed(x, null, "1001.0");
                return y;
            },
            "Longer than the recursion limit of engines that walk the graph by recursion."
        ),
    ];

    private static Program Parabola(double at, string? value, string? slope) =>
        Define(FormattableString.Invariant($"3x² − 4x + 5 at {at:0.###}"), p =>
        {
            var x = p.Leaf("x", at);
            var f = 3 * x.Pow(2) - 4 * x + 5;
            p.Printed(f, value);
            p.Printed(x, null, slope);
            return f;
        });

    private static Program Nudged(string which, double a, double b, double c, string printed) => Define($"d = a·b + c, {which} nudged", p =>
        {
            var d = p.Leaf("a", a) * p.Leaf("b", b) + p.Leaf("c", c);
            p.Printed(d, printed);
            return d;
        });

    private static Program Lecture(
        string name,
        double a,
        double b,
        double c,
        double f,
        Action<ProgramBuilder, (Expression A, Expression B, Expression C, Expression E, Expression D, Expression F, Expression L)> figures
    ) => Define(name, p =>
        {
            var (A, B, C, F) = (p.Leaf("a", a), p.Leaf("b", b), p.Leaf("c", c), p.Leaf("f", f));
            var E = p.Label(A * B, "e");
            var D = p.Label(E + C, "d");
            var L = p.Label(D * F, "L");
            figures(p, (A, B, C, E, D, F, L));
            return L;
        });
}
