using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>A parameter's update as it was recorded, of which some elements are read at a time.</summary>
internal sealed class RecordedUpdate
{
    private readonly RecordedTensor _before;
    private readonly RecordedTensor _gradient;
    private readonly IReadOnlyList<RecordedTensor> _state;
    private readonly string _type;
    private readonly RecordedOptions _options;
    private readonly int _step;

    private RecordedUpdate(
        SideView side,
        RecordedTensor before,
        RecordedTensor gradient,
        IReadOnlyList<RecordedTensor> state,
        string type,
        RecordedOptions options
    )
    {
        (_before, _gradient, _state, _type, _options, _step) = (before, gradient, state, type, options, side.Now.Number);
        IsOwnKind = HasOwnKind(side);
    }

    /// <summary>The parameter's name.</summary>
    internal string Name => _before.Place.Of;

    /// <summary>True if the side's optimizer is one that is known, and no class of the user.</summary>
    internal bool IsOwnKind { get; }

    /// <summary>True if the update is read in more than one piece, which are then of one dimension.</summary>
    internal bool IsCut => _before.HasNumbers && _before.Elements > Recordings.Pieces.Size;

    /// <summary>The pieces: one where the tensors are small, or summaries.</summary>
    internal IEnumerable<(long Start, long Count)> Pieces => IsCut ? Recordings.Pieces.Of(_before.Elements) : [(0, 0)];

    /// <summary>A parameter's update; null if the optimizer is not known, or something that it needs is not recorded.</summary>
    /// <remarks>Where a side's optimizer is a class of the user, it should do what the other's does.</remarks>
    internal static RecordedUpdate? Of(SideView side, string parameter)
    {
        var isOwn = HasOwnKind(side);
        var like = isOwn ? side : side.Other;
        var name =
            isOwn ? parameter
            : side.Side == Side.Port ? side.State.Parameters.Original.GetValueOrDefault(parameter)
            : side.State.Parameters.Port.GetValueOrDefault(parameter);
        if (like.Run.Optimizer is not { } optimizer || !KnownOptimizers.Kinds.Contains(optimizer.Type) || name is null)
            return null;
        var group = optimizer.Groups.Index().FirstOrDefault(g => g.Item.Parameters.Contains(name));
        if (
            group.Item is null
            || side.Earlier(new TensorPlace(RecordedQuantity.Parameter, parameter, 0, 0, "")) is not { } before
            || side.GivenGradient(parameter) is not { IsNone: false } gradient
        )
            return null;
        var options = RecordedOptions.Of(group.Item.Options);
        if (group.Index < like.Now.Options.Count)
            options = like.Now.Options[group.Index].Aggregate(options, (all, option) => all.With(option.Key, option.Value));
        if (group.Index < like.Now.Rates.Count)
            options = options.With("lr", like.Now.Rates[group.Index]);
        var update = new RecordedUpdate(
            side,
            before,
            gradient,
            [.. side.EarlierStates(parameter).DistinctBy(state => state.Place.State)],
            optimizer.Type,
            options
        );
        return update._state.Append(before).Append(gradient).All(update.CanRead) ? update : null;
    }

    /// <summary>True if a tensor's numbers are recorded: all, or those of its sample.</summary>
    internal bool CanRead(RecordedTensor recorded) => recorded.HasNumbers || recorded.Statistics is not null;

    /// <summary>A tensor's numbers in its dtype: a piece of them where it has an element for each of the parameter's, and all otherwise.</summary>
    internal Tensor Read(RecordedTensor recorded, (long Start, long Count) piece) =>
        IsCut && recorded.HasNumbers && recorded.Elements == _before.Elements ? recorded.Load(piece.Start, piece.Count) : recorded.Sampled()!;

    /// <summary>The update of a piece.</summary>
    internal OptimizerCall Call((long Start, long Count) piece) =>
        new(_type, _options, _step, Read(_before, piece), Read(_gradient, piece), _state.ToDictionary(s => s.Place.State, s => Read(s, piece)));

    private static bool HasOwnKind(SideView side) => side.Run.Optimizer is { } optimizer && KnownOptimizers.Kinds.Contains(optimizer.Type);
}
