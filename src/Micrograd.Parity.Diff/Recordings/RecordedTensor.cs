using Micrograd.Parity.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>The place of a tensor in a run: which of a step's quantities it is.</summary>
/// <param name="Quantity">The kind of quantity.</param>
/// <param name="Of">The module's or parameter's name; of a batch, <c>inputs</c> or <c>targets</c>.</param>
/// <param name="Call">Number of the call or pass in the step, from 0.</param>
/// <param name="Part">Number of the tensor among several, from 0.</param>
/// <param name="State">Name of the optimizer's state; empty for other quantities.</param>
internal readonly record struct TensorPlace(RecordedQuantity Quantity, string Of, int Call, int Part, string State);

/// <summary>A tensor of a recording: what the index says of it; its numbers are read when they are asked for.</summary>
internal sealed class RecordedTensor
{
    /// <summary>Its place in the run.</summary>
    internal required TensorPlace Place { get; init; }

    /// <summary>Line of the index on which it is listed.</summary>
    internal required int Line { get; init; }

    /// <summary>Type of its elements.</summary>
    internal required ScalarType Dtype { get; init; }

    /// <summary>Its sizes.</summary>
    internal required IReadOnlyList<long> Shape { get; init; }

    /// <summary>True if there is none, as the gradient of a parameter that nothing reached.</summary>
    internal bool IsNone { get; init; }

    /// <summary>Of an output: true if the module was in training mode.</summary>
    internal bool Training { get; init; } = true;

    /// <summary>Of an output: what the call was given, null for arguments that are no tensors; null if it is not recorded.</summary>
    internal IReadOnlyList<RecordedTensor?>? Inputs { get; init; }

    /// <summary>Its summary; null if none is recorded.</summary>
    internal TensorStatistics? Statistics { get; init; }

    /// <summary>Hash of its bytes; null if none is recorded.</summary>
    internal string? Hash { get; init; }

    /// <summary>Its name in the file of tensors; null if its numbers are not recorded.</summary>
    internal string? Key { get; init; }

    /// <summary>The step's file of tensors, opened when the first is read; null if there is none.</summary>
    internal TensorFile? File { get; init; }

    /// <summary>Number of its elements.</summary>
    internal long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>True if all of its numbers are recorded.</summary>
    internal bool HasNumbers => Key is not null;

    /// <summary>The same numbers at another place.</summary>
    internal RecordedTensor At(TensorPlace place) =>
        new()
        {
            Place = place,
            Line = Line,
            Dtype = Dtype,
            Shape = Shape,
            IsNone = IsNone,
            Training = Training,
            Inputs = Inputs,
            Statistics = Statistics,
            Hash = Hash,
            Key = Key,
            File = File,
        };

    /// <summary>Reads its numbers into a new tensor.</summary>
    /// <exception cref="InputFileException">The file of tensors does not hold it.</exception>
    internal Tensor Load() => File!.Load(this);

    /// <summary>Reads some of its numbers into a new tensor of one dimension.</summary>
    /// <exception cref="InputFileException">The file of tensors does not hold it.</exception>
    internal Tensor Load(long start, long count) => File!.Load(this, start, count);

    /// <summary>Its elements as doubles, piece by piece. A piece, and what is computed from it, is disposed before the next.</summary>
    internal IEnumerable<Tensor> Parts()
    {
        foreach (var (start, count) in Pieces.Of(Elements))
        {
            using var scope = NewDisposeScope();
            yield return Load(start, count).to_type(ScalarType.Float64);
        }
    }

    /// <summary>True if another recorded tensor has the same type and bytes.</summary>
    internal bool HasBytesOf(RecordedTensor other)
    {
        if (Dtype != other.Dtype || Elements != other.Elements)
            return false;
        foreach (var (start, count) in Pieces.Of(Elements))
        {
            using var scope = NewDisposeScope();
            if (!Load(start, count).bytes.SequenceEqual(other.Load(start, count).bytes))
                return false;
        }

        return true;
    }

    /// <summary>Its numbers in its dtype: all, or those of its sample; null if only a hash is recorded.</summary>
    internal Tensor? Sampled() =>
        HasNumbers ? Load()
        : Statistics is { } statistics ? tensor(statistics.Sample.ToArray(), ScalarType.Float64).to_type(Dtype)
        : null;

    /// <summary>Its elements as doubles: all of them, or those of its sample; null if only a hash is recorded.</summary>
    internal Tensor? Numbers()
    {
        if (HasNumbers)
        {
            using var loaded = Load();
            return loaded.to_type(ScalarType.Float64);
        }

        return Statistics is { } statistics ? tensor(statistics.Sample.ToArray(), ScalarType.Float64) : null;
    }
}
