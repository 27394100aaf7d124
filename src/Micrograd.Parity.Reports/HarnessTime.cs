using System.Globalization;

namespace Micrograd.Parity.Reports;

/// <summary>The time that one parity run takes, from its process's start to its end.</summary>
/// <param name="Arguments">The command's arguments.</param>
/// <param name="Seconds">Seconds from start to end.</param>
/// <param name="Cores">Number of processor cores.</param>
public sealed record HarnessTime(string Arguments, double Seconds, int Cores)
{
    /// <summary>Summary in words.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"parity {Arguments}: {Seconds:0.0} s on {Cores} cores");
}
