using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Fuzzing;

public class Fuzz_sample_Tests
{
    [Fact]
    public void Agrees_with_PyTorch_bit_for_bit()
    {
        var program = new Program(
            "fuzz sample",
            [
                Node.Leaf(-0.0), // 0
                Node.Leaf(double.NaN, "x"), // 1
                Node.Constant(double.NegativeInfinity), // 2
                Node.Leaf(5E-324), // 3
                Node.Of("div", [0, 3]), // 4
                Node.Of("clamp", [4], [-1, 1], "bounded"), // 5
                Node.Of("where", [2, 1, 5]), // 6
                Node.Of("sum", [0, 0, 6, 3]), // 7
            ],
            [new Pass(7, 1E+20), new Pass(5, double.PositiveInfinity, true)]);
        var check = ProgramCheck.Run(program, SuiteFixture.Context);
        Assert.Null(check.Error);
        Assert.Empty(check.Differences);
    }
}
