using Micrograd.Parity.Tools.NewOps;

namespace Micrograd.Parity.Tools.Tests;

public sealed class NewOpTests : IDisposable
{
    private static readonly OpFamily s_family = OpFamily.All[0];

    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public NewOpTests()
    {
        foreach (var file in new[] { s_family.EngineFile, s_family.RowsFile })
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(s_family.EngineFile), "public readonly partial struct Value\n{\n}\n");
        File.WriteAllText(At(s_family.RowsFile), "    [\n    ];\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Where_one_file_cannot_be_written_the_other_stays_as_it_was()
    {
        var before = File.ReadAllText(At(s_family.EngineFile));
        var taken = At($"{s_family.RowsFile}.{Environment.ProcessId}.tmp");
        Directory.CreateDirectory(taken);
        Assert.ThrowsAny<SystemException>(() => Op.Write(_root));
        Assert.Equal(before, File.ReadAllText(At(s_family.EngineFile)));
        Directory.Delete(taken);
        Assert.Equal(2, Directory.GetFiles(_root, "*", SearchOption.AllDirectories).Length);

        Assert.Equal(5, Op.Write(_root).Count);
        Assert.Contains("FooRule", File.ReadAllText(At(s_family.EngineFile)), StringComparison.Ordinal);
        Assert.Contains("\"foo\"", File.ReadAllText(At(s_family.RowsFile)), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Op.Write(_root));
    }

    private static NewOp Op => new("foo", s_family, 1, []);

    private string At(string file) => Path.Combine(_root, file);
}
