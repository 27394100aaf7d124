using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>Statistics of tensors, against sums that are taken one number after the other.</summary>
public class StatisticsTests
{
    public StatisticsTests() => TorchLibrary.Load();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(65)]
    [InlineData(1000)]
    [InlineData(300_001)]
    public void Floats_and_doubles_have_the_sums_of_their_numbers(int count)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var tensor = Drawn(count).to_type(type);
            var numbers = tensor.to_type(ScalarType.Float64).data<double>().ToArray();
            var (statistics, sample) = Summary(tensor);
            Assert.Equal(numbers.Sum(), statistics.Sum, 1e-9);
            Assert.Equal(numbers.Sum(x => x * x), statistics.Squares, 1e-9 * count);
            Assert.Equal((numbers.Min(), numbers.Max(), 0L), (statistics.Min, statistics.Max, statistics.NaNs));
            var shown = Math.Min(count, 64);
            Assert.Equal(Enumerable.Range(0, shown).Select(i => numbers[shown == 1 ? 0 : (int)((long)i * (count - 1) / (shown - 1))]), sample);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public void Missing_numbers_are_counted_and_left_out(int count)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var tensor = arange(count, dtype: type);
            tensor[1] = double.NaN;
            var (statistics, _) = Summary(tensor);
            Assert.Equal((1L, count * (count - 1) / 2d - 1, 0d, count - 1d), (statistics.NaNs, statistics.Sum, statistics.Min, statistics.Max));
        }
    }

    [Fact]
    public void Infinities_stay_and_nothing_has_no_least()
    {
        using var infinite = arange(20, dtype: ScalarType.Float32);
        infinite[4] = double.PositiveInfinity;
        var (statistics, _) = Summary(infinite);
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity, 0d), (statistics.Sum, statistics.Max, statistics.Min));
        using var empty = zeros(0);
        var (none, sample) = Summary(empty);
        Assert.True(none is { Sum: 0, Squares: 0 } && none.Min > none.Max);
        Assert.Empty(sample);
    }

    [Fact]
    public void Every_type_is_taken_as_doubles_wherever_it_lies()
    {
        foreach (
            var type in new[]
            {
                ScalarType.Float16,
                ScalarType.BFloat16,
                ScalarType.Int64,
                ScalarType.Int32,
                ScalarType.Int16,
                ScalarType.Int8,
                ScalarType.Byte,
                ScalarType.Float64,
            }
        )
        {
            using var tensor = arange(12).to_type(type).view(3, 4).t();
            var (statistics, sample) = Summary(tensor);
            Assert.Equal((66d, 506d, 0d, 11d), (statistics.Sum, statistics.Squares, statistics.Min, statistics.Max));
            Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], sample);
        }

        using var truth = tensor([true, false, true]);
        Assert.Equal(2, Summary(truth).Statistics.Sum);
    }

    [Fact]
    public void A_hash_is_that_of_the_bytes()
    {
        using var tensor = arange(3, dtype: ScalarType.Float32);
        // sha256 of 00000000 0000803f 00000040
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString("000000000000803F00000040")))[
            ..32
        ];
        using var numbers = HostTensor.Of(tensor);
        Assert.Equal(expected, numbers.Hash());
    }

    private static (Statistics Statistics, double[] Sample) Summary(Tensor tensor)
    {
        using var numbers = HostTensor.Of(tensor);
        return numbers.Summary();
    }

    private static Tensor Drawn(int count) => linspace(-1, 2, count, dtype: ScalarType.Float64).sin();
}
