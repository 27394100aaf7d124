namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>The constants of the trace format (docs/trace-format.md).</summary>
internal static class TraceFormat
{
    /// <summary>The format's name in a file's first line.</summary>
    public const string Name = "micrograd-parity-trace";

    /// <summary>The format's version; grows when a reader must change.</summary>
    public const int Version = 1;

    /// <summary>The longest line that is read, in bytes: what is longer is no trace, or should be several lines.</summary>
    public const int LongestLine = 8 << 20;

    /// <summary>The kind of a file of graphs.</summary>
    public const string Graph = "graph";

    /// <summary>The kind of a file of a training run.</summary>
    public const string Training = "training";

    /// <summary>The precision of an engine that computes in float32.</summary>
    public const string SinglePrecision = "float32";

    /// <summary>The usual precision.</summary>
    public const string DoublePrecision = "float64";
}
