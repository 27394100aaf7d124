using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>A schedule of the learning rate on both sides.</summary>
/// <param name="Name">Its name in training files.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Ours">The engine's.</param>
/// <param name="Theirs">PyTorch's: what is called after each step.</param>
internal sealed record ScheduleRow(
    string Name,
    SettingRule[] Settings,
    Func<Optimizer, Choice, Schedule> Ours,
    Func<optim.Optimizer, Choice, Action> Theirs
) : PartRow(Name, Settings);
