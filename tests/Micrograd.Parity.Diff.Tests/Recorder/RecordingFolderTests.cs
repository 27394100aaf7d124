using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>A recording replaces nothing that it should not, and what is written stays whole.</summary>
public sealed class RecordingFolderTests : IDisposable
{
    private readonly RecordedFolder _folder = new();

    public RecordingFolderTests() => TorchLibrary.Load();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recording_is_replaced_only_if_that_is_said()
    {
        Record(steps: 3, overwrite: false);
        Assert.Contains("holds a recording already", Assert.Throws<IOException>(() => Record(1, overwrite: false)).Message, StringComparison.Ordinal);
        Assert.Equal(8, _folder.Lines.Count);
        Record(steps: 1, overwrite: true);
        Assert.Equal(["index.jsonl", "initial.safetensors", "step-0.safetensors"], Files());
    }

    [Fact]
    public void Other_files_are_never_replaced()
    {
        Directory.CreateDirectory(_folder.Path);
        var file = Path.Combine(_folder.Path, "index.jsonl");
        File.WriteAllText(file, "{\"format\": \"another\"}\n");
        Assert.Contains("something else", Assert.Throws<IOException>(() => Record(1, overwrite: true)).Message, StringComparison.Ordinal);
        File.Delete(file);
        Record(1, overwrite: true);
        File.WriteAllText(Path.Combine(_folder.Path, "notes.txt"), "mine");
        Assert.Contains("notes.txt", Assert.Throws<IOException>(() => Record(1, overwrite: true)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
        Assert.Contains("is no folder", Assert.Throws<IOException>(() => Start(file, overwrite: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_cannot_be_written_leaves_those_before()
    {
        using var scope = NewDisposeScope();
        var (run, model) = Start(_folder.Path, overwrite: false);
        using (run)
        {
            Step(run, model);
            // A folder stands where the next step's tensors belong.
            Directory.CreateDirectory(Path.Combine(_folder.Path, "step-1.safetensors"));
            var refused = Assert.Throws<IOException>(() => Step(run, model));
            Assert.Contains("step-1.safetensors cannot be written", refused.Message, StringComparison.Ordinal);
            Assert.Contains("The steps before can be read", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(6, _folder.Lines.Count);
        Assert.NotEmpty(_folder.Floats(0, "parameter", "weight"));
        Assert.DoesNotContain(Files(), name => name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_written_can_be_read_while_the_run_goes_on()
    {
        using var scope = NewDisposeScope();
        var (run, model) = Start(_folder.Path, overwrite: false);
        using (run)
        {
            Step(run, model);
            Assert.Equal(6, _folder.Lines.Count);
            Assert.Equal(12, _folder.Floats(0, "gradient", "weight").Length);
        }
    }

    private void Record(int steps, bool overwrite)
    {
        using var scope = NewDisposeScope();
        var (run, model) = Start(_folder.Path, overwrite);
        using (run)
        {
            for (var step = 0; step < steps; step++)
                Step(run, model);
        }
    }

    private static (TrainingRecorder Run, Module<Tensor, Tensor> Model) Start(string folder, bool overwrite)
    {
        var model = Linear(4, 3);
        return (TrainingRecorder.Start(folder, model, optim.SGD(model.parameters(), 0.1), new() { Overwrite = overwrite }), model);
    }

    private static void Step(TrainingRecorder run, Module<Tensor, Tensor> model)
    {
        run.Backward(model.call(ones(5, 4)).square().mean());
        run.Step();
    }

    private string[] Files() =>
        [.. Directory.EnumerateFileSystemEntries(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
