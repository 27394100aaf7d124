using Micrograd.Parity.Engines.Torch;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests;

/// <summary>Numbers read where they lie are those that TorchSharp's own accessor gives.</summary>
public sealed class TensorNumbersTests : IDisposable
{
    private readonly TorchWork _work = Begin();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Views_are_read_row_by_row()
    {
        var matrix = tensor(new[] { 1, double.NaN, -0.0, double.NegativeInfinity, 5, double.Epsilon }, float64).reshape(2, 3);
        foreach (var view in new[] { matrix, matrix.t(), matrix[1], matrix.select(1, 1), matrix.slice(1, 1, 3, 1), matrix[0, 2].expand(4) })
            Assert.Equal(Bits(view.reshape(-1).data<double>().ToArray()), Bits(view.Numbers()));
        var one = matrix[0, 2].requires_grad_(true);
        Assert.Equal(Bits([one.item<double>()]), Bits([one.Number()]));
    }

    [Fact]
    public void Numbers_of_another_type_and_several_in_place_of_one_are_refused()
    {
        Assert.Throws<ArgumentException>(() => tensor(1L, int64).Number());
        Assert.Throws<ArgumentException>(() => tensor(1f, float32).Numbers());
        Assert.Throws<ArgumentException>(() => zeros(2, float64).Number());
        Assert.Throws<ArgumentException>(() => zeros(0, float64).Number());
    }

    private static TorchWork Begin()
    {
        _ = TorchLibrary.Load();
        return TorchWork.Begin();
    }

    private static long[] Bits(double[] numbers) => Array.ConvertAll(numbers, BitConverter.DoubleToInt64Bits);
}
