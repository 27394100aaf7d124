namespace Micrograd.Parity.Training;

/// <summary>What a training run came to, beside its counts.</summary>
/// <param name="Mirror">The mirror compared with.</param>
/// <param name="Steps">How many steps were made.</param>
/// <param name="Parameters">How many parameters were trained.</param>
/// <param name="Lockstep">Whether each compared step started from ours.</param>
/// <param name="GreatestRelative">The greatest difference of a compared step, relative to the greatest number of the same quantity.</param>
/// <param name="Curve">Losses of both sides running free, and how far they are apart.</param>
public sealed record TrainingSummary(
    MirrorKind Mirror, int Steps, int Parameters, bool Lockstep, double GreatestRelative, IReadOnlyList<CurvePoint> Curve);

/// <summary>One step of both sides running free.</summary>
/// <param name="Step">The step.</param>
/// <param name="Ours">Our loss.</param>
/// <param name="Theirs">PyTorch's loss.</param>
/// <param name="Drift">The greatest relative difference of loss and parameters.</param>
public sealed record CurvePoint(int Step, double Ours, double Theirs, double Drift);
