using System.IO.Compression;
using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Originals in Python, as they were recorded (Pairs/python/README.md).</summary>
internal static class RecordedOriginal
{
    /// <summary>Writes the recording of a pair's original into a folder.</summary>
    internal static void Unpack(string pair, string folder)
    {
        using var zip = new ZipArchive(typeof(RecordedOriginal).Assembly.GetManifestResourceStream($"{pair}.zip")!);
        zip.ExtractToDirectory(folder);
    }

    /// <summary>Batch of each step; the parts of one that was cut for several backward passes are put together.</summary>
    internal static List<Batch> Batches(string recording)
    {
        using var run = RecordedRun.Open(recording);
        var batches = new List<Batch>();
        while (run.Next() is { } step)
        {
            using (step)
            {
                var parts = step.Tensors.Where(tensor => tensor.Place.Quantity == RecordedQuantity.Batch).ToList();
                var inputs = parts.Where(part => part.Place is { Of: "inputs", Part: 0 });
                var targets = parts.Where(part => part.Place.Of == "targets").ToList();
                if (targets.Count == 0)
                    targets = [.. parts.Where(part => part.Place is { Of: "inputs", Part: 1 })];
                batches.Add(new Batch(cat([.. inputs.Select(part => part.Load())]), cat([.. targets.Select(part => part.Load())])));
            }
        }

        return batches;
    }
}
