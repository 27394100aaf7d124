using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Tests.Inputs;

namespace Micrograd.Parity.Diff.Tests.Recordings;

/// <summary>Broken recordings are refused in one line that names the file and the place, or are compared as they are.</summary>
public sealed class HostileRecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hostile-").FullName;
    private readonly string _original;
    private readonly string _port;

    public HostileRecordingTests() =>
        (_original, _port) = (new SmallRun { Steps = 2 }.Record(At("original")), new SmallRun { Steps = 2 }.Record(At("port")));

    private string Index => Path.Combine(_port, "index.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Recording.Keep.All)]
    [InlineData(Recording.Keep.Statistics)]
    [InlineData(Recording.Keep.Hashes)]
    public void A_broken_index_is_refused_with_its_line_or_compared(Recording.Keep keep)
    {
        new SmallRun { Steps = 2, Keep = keep }.Record(_port);
        var text = File.ReadAllText(Index);
        var refused = 0;
        for (var i = 0; i < 120; i++)
        {
            File.WriteAllText(Index, Corruption.Of(text, new SeededRandom(5, i)));
            if (Refusal() is not { } message)
                continue;
            refused++;
            Assert.True(message.Length < 1000 && message.Contains(_port, StringComparison.Ordinal), message);
        }

        Assert.InRange(refused, 12, 120);
    }

    [Fact]
    public void Broken_tensors_are_refused_with_their_file()
    {
        var file = Path.Combine(_port, "step-0.safetensors");
        var bytes = File.ReadAllBytes(file);
        var refused = 0;
        for (var i = 0; i < 120; i++)
        {
            var (random, broken) = (new SeededRandom(6, i), bytes.ToArray());
            if (random.Next(3) == 0)
                broken = broken[..random.Next(broken.Length)];
            else
                broken[random.Next(random.Next(2) == 0 ? broken.Length : 1500)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, broken);
            if (Refusal() is not { } message)
                continue;
            refused++;
            Assert.Contains("step-0.safetensors", message, StringComparison.Ordinal);
        }

        Assert.InRange(refused, 12, 120);
    }

    [Fact]
    public void What_was_written_before_a_kill_is_compared()
    {
        var text = File.ReadAllText(Index);
        File.WriteAllText(Index, text[..^40]);
        var result = Compare();
        Assert.Equal([0], result.Steps);
        Assert.Contains(result.Unchecked, sentence => sentence.Contains("ends within a line", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("{\"kind\": \"recording\", \"format\": \"micrograd-parity-trace\"}\n", "line 1: the format is 'micrograd-parity-trace'")]
    [InlineData("{\"kind\": \"step\"}\n", "line 1: a line of the kind 'recording' must come here")]
    [InlineData("{\"kind\": \"recording\", \"format\": \"micrograd-parity-recording\", \"version\": 2}\n", "line 1: the document's version is 2")]
    public void What_is_no_recording_is_refused(string index, string reason)
    {
        File.WriteAllText(Index, index);
        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_are_none_are_refused()
    {
        Assert.Contains("there is no such folder", Assert.Throws<InputFileException>(() => Compare(At("missing"))).Message, StringComparison.Ordinal);
        Assert.Contains("this is no recording", Assert.Throws<InputFileException>(() => Compare(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Name the recording's folder",
            Assert.Throws<InputFileException>(() => Compare(Path.Combine(_port, "step-0.safetensors"))).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(DiffVerdict.Same, Compare(Index).Verdict);
    }

    [Fact]
    public void A_missing_file_of_tensors_is_named()
    {
        File.Delete(Path.Combine(_port, "step-1.safetensors"));
        Assert.Contains("step-1.safetensors: there is no such file", Refusal(), StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string? Refusal()
    {
        try
        {
            Compare();
            return null;
        }
        catch (InputFileException e)
        {
            return e.Message;
        }
    }

    private DiffResult Compare(string? port = null) => Diffs.Of(_original, port ?? _port);
}
