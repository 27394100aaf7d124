using System.Text;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Checks traces given as text.</summary>
internal static class Checked
{
    internal const string Header = """{"format": "micrograd-parity-trace", "version": 1, "kind": "graph"}""";

    /// <summary>A trace of these lines, with header and end.</summary>
    internal static string Graph(params string[] lines) => string.Join('\n', [Header, .. lines, $"{{\"end\": {lines.Length + 1}}}", ""]);

    internal static TraceReport Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    internal static TraceReport Of(byte[] bytes, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        using var reader = Open(bytes);
        return TraceReport.Read(reader, "trace.jsonl", SuiteFixture.Context.Torch, ParitySuite.TraceOps, null, progress, cancellation);
    }

    internal static TraceReport OfFile(string path) => Of(File.ReadAllBytes(path));

    internal static TraceReader Open(byte[] bytes) =>
        TraceReader.Open(new MemoryStream(bytes), "trace.jsonl", ParitySuite.TraceOps, AllParts.Default, AnyMlp.Run);

    /// <summary>What the engine computes for a program, as a trace's text.</summary>
    internal static string Recorded(Program program)
    {
        var path = Path.GetTempFileName();
        try
        {
            OwnTraces.Record(path, program, ParitySuite.Default.Ops);
            return File.ReadAllText(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
