namespace Micrograd.Parity.Training;

/// <summary>Training data.</summary>
/// <param name="Name">Its name in training files.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Ours">The data, from its settings and a seed.</param>
/// <param name="Count">Number of samples, known before they are made; of a file at least 1.</param>
internal sealed record DataRow(string Name, SettingRule[] Settings, Func<Choice, int, Dataset> Ours, Func<Choice, double> Count)
    : PartRow(Name, Settings);
