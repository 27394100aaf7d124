namespace Micrograd.Parity.Training;

/// <summary>An initialization of parameters.</summary>
/// <param name="Name">Its name in training files.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Ours">The initializer, from its settings and a generator; true for neurons with a bias.</param>
internal sealed record InitRow(string Name, SettingRule[] Settings, Func<Choice, PythonRandom, bool, Initializer> Ours) : PartRow(Name, Settings);
