using System.Runtime.InteropServices;
using System.Text.Json;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Diff.Tests.Recorder;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>
/// One number that is wrong, anywhere in a recording, is never called right, also where all others differ by other kernels' rounding; and it is found
/// where it is.
/// </summary>
public sealed class SoundnessTests(RecordedPairs recorded)
{
    /// <summary>
    /// Numbers are wrong by such a part of the greatest of their tensor. It is above <see cref="RunDiff.Amplification"/> times the rounding of
    /// everything before, which is room that modules of unknown kinds have.
    /// </summary>
    private static readonly double[] s_parts = [0.003, 0.01, 0.1];

    [Theory]
    [InlineData("mlp")]
    [InlineData("gpt")]
    [InlineData("convnet")]
    [InlineData("recurrent")]
    [InlineData("autoencoder")]
    [InlineData("batchnorm")]
    public void One_wrong_number_anywhere_is_found(string name)
    {
        var pair = PairList.All.Single(p => p.Name == name);
        var missed = new List<string>();
        recorded.WithPortOf(Processor.All[0], pair, (original, port) =>
        {
            // What the other side does not have is compared with nothing, and the result says so.
            var alone = Diffs
                .Of(original, port, 1)
                .Matching.Where(sentence => sentence.Contains("has no counterpart", StringComparison.Ordinal))
                .Select(sentence => sentence[..sentence.IndexOf(" (", StringComparison.Ordinal)].Replace("The port's ", "", StringComparison.Ordinal))
                .ToHashSet();
            IReadOnlyList<(Side Side, List<RecordedNumbers> Numbers)> sides =
            [
                (Side.Original, RecordedNumbers.In(original, alone)),
                (Side.Port, RecordedNumbers.In(port, alone)),
            ];
            for (var i = 0; i < 12; i++)
            {
                var random = new SeededRandom(18, i);
                var (side, numbers) = sides[random.Next(2)];
                var number = numbers[random.Next(numbers.Count)];
                var (element, part) = (random.Next(number.Count), s_parts[random.Next(s_parts.Length)]);
                var file = File.ReadAllBytes(number.File);
                number.Add(element, part * (random.Next(2) == 0 ? 1 : -1));
                var result = Diffs.Of(original, port);
                File.WriteAllBytes(number.File, file);
                if (Missed(number, side, result) is { } how)
                    missed.Add($"draw {i}: {number} [{element}] of the {side} by {part}: {how}");
            }
        });
        Assert.True(missed.Count == 0, string.Join("\n", missed));
    }

    /// <summary>The way in which a wrong number was not found; null if it was. It may show in what is computed from it at once, in the same place.</summary>
    private static string? Missed(RecordedNumbers number, Side side, DiffResult result)
    {
        if (result.Verdict != DiffVerdict.Parted)
            return $"{result.Verdict}";
        var first = result.Findings[0];
        var name = side == Side.Original ? first.Name : first.PortName;
        var isThere = name == number.Of || name.StartsWith($"{number.Of}.", StringComparison.Ordinal);
        return isThere && first.Step == number.Step && (first.WrongSides & ~side) == Side.None
            ? null
            : $"step {first.Step} {first.Quantity} of {name}, wrong on {first.WrongSides}";
    }

    /// <summary>The numbers of a recorded tensor of float32, as they lie in a file.</summary>
    private sealed record RecordedNumbers(string File, int Step, RecordedQuantity Quantity, string Of, int Start, int Count)
    {
        /// <summary>All that a recording has, without those that are others' again, and those of some modules.</summary>
        internal static List<RecordedNumbers> In(string folder, HashSet<string> without)
        {
            var all = new List<RecordedNumbers>();
            foreach (var line in System.IO.File.ReadLines(Path.Combine(folder, "index.jsonl")))
            {
                var root = JsonDocument.Parse(line).RootElement;
                var kind = root.GetProperty("kind").GetString();
                if (kind is not ("initial" or "step"))
                    continue;
                var file = Path.Combine(folder, kind == "step" ? $"step-{root.GetProperty("step")}.safetensors" : "initial.safetensors");
                var bytes = System.IO.File.ReadAllBytes(file);
                foreach (var tensor in root.GetProperty("tensors").EnumerateArray())
                {
                    if (!tensor.TryGetProperty("key", out var key) || tensor.GetProperty("dtype").GetString() != "float32")
                        continue;
                    var (start, size) = RecordedFolder.Bytes(bytes, key.GetString()!).GetOffsetAndLength(bytes.Length);
                    if (size > 0 && !without.Contains(tensor.GetProperty("of").GetString()!))
                        all.Add(
                            new(
                                file,
                                kind == "step" ? root.GetProperty("step").GetInt32() : -1,
                                Enum.Parse<RecordedQuantity>(
                                    tensor.GetProperty("quantity").GetString()!.Replace("_", "", StringComparison.Ordinal),
                                    true
                                ),
                                tensor.GetProperty("of").GetString()!,
                                start,
                                size / sizeof(float)
                            )
                        );
                }
            }

            return all;
        }

        /// <summary>Adds a part of the greatest number to one of them.</summary>
        internal void Add(int element, double part)
        {
            var bytes = System.IO.File.ReadAllBytes(File);
            var numbers = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(Start, sizeof(float) * Count));
            var greatest = 0f;
            foreach (var number in numbers)
                greatest = float.IsFinite(number) ? Math.Max(greatest, Math.Abs(number)) : greatest;
            numbers[element] += (float)(part * (greatest == 0 ? 1 : greatest));
            System.IO.File.WriteAllBytes(File, bytes);
        }

        public override string ToString() => $"step {Step} {Quantity} {Of}";
    }
}
