using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Settings that several rows have.</summary>
internal static class Setting
{
    internal static SettingRule WeightDecay { get; } = NotNegative("weight_decay", 0, "L2 penalty");

    internal static SettingRule Momentum { get; } = NotNegative("momentum", 0, "momentum factor");

    internal static SettingRule Rate(double? usual) => NotNegative("lr", usual, "learning rate");

    internal static SettingRule Epsilon(double usual) => NotNegative("eps", usual, "term added to the denominator");

    internal static SettingRule Any(string key, double? usual, string says) => new(key, new NumberShape(), usual, says);

    internal static SettingRule NotNegative(string key, double? usual, string says) => new(key, new NumberShape(Least: 0), usual, says);

    internal static SettingRule Positive(string key, double? usual, string says) => new(key, new NumberShape(Positive: true), usual, says);

    /// <summary>A number of [0, 1).</summary>
    internal static SettingRule Fraction(string key, double? usual, string says) => new(key, new NumberShape(Least: 0, Below: 1), usual, says);

    /// <summary>A whole number.</summary>
    internal static SettingRule Count(string key, double? usual, string says, int least = 1) =>
        new(key, new NumberShape(Least: least, Whole: true), usual, says);

    /// <summary>A table of numbers, which must be given.</summary>
    internal static SettingRule Rows(string key, string says) => new(key, new RowsShape(), null, says);

    internal static SettingRule Flag(string key, string says) => new(key, new FlagShape(), false, says);
}
