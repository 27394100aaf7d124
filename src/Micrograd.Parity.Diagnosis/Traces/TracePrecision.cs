namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Format in which an engine computes.</summary>
public enum TracePrecision
{
    /// <summary>Doubles.</summary>
    Binary64,

    /// <summary>Floats; a trace may then have their shortest digits.</summary>
    Binary32,
}
