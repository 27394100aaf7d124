using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
using System.Text;
using System.Xml.Linq;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The packages: packed, then used by a project outside of the repository and installed as a tool.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PackageTests : IDisposable
{
    /// <summary>Never seen before, so that no cache has it.</summary>
    private static readonly string s_version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    private static readonly string[] s_names =
    [
        "Micrograd",
        "Micrograd.Parity",
        "Micrograd.Parity.Recording",
        "Micrograd.Parity.Tool",
        "Micrograd.Parity.Xunit",
    ];

    /// <summary>What members raise of "tanh", which is a recording here, as a file or text; and an engine that has not PyTorch's bits.</summary>
    private static readonly string[] s_raising =
    [
        "TraceWriter.Graphs(String, String, Action`1, Nullable`1): IOException",
        "EngineCheck`1.Verify(String): ParityException",
        "ProgramReader.Read(String, OpCatalogue): ProgramFormatException",
        "CsvData.Read(String, Int32, Boolean): UnauthorizedAccessException",
        "Safetensors.Save(String, Trainable): IOException",
        "Safetensors.Load(String, Trainable): UnauthorizedAccessException",
        "Safetensors.Read(String): UnauthorizedAccessException",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void A_project_outside_uses_the_packages_as_documented_and_the_tool_runs()
    {
        Pack();
        CheckContents();

        Write(
            "nuget.config",
            $"""
            <configuration>
              <packageSources><add key="packed" value="{At("packages")}" /></packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="Micrograd*" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """
        );
        UseProject();
        UseEveryEntry();
        UseTests();
        UseTool();
    }

    private void UseProject()
    {
        Write(
            "sample/sample.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Micrograd.Parity" Version="{s_version}" /></ItemGroup>
            </Project>
            """
        );
        Write("sample/Program.cs", Sample() + "Console.WriteLine(context.Torch.Path);\n");
        var sample = In("home", "dotnet", "run", "--project", "sample", "-p:UseSharedCompilation=false");
        Assert.True(sample.Status == 0, sample.Out + sample.Error);
        Assert.StartsWith("0.244918662403709", sample.Out, StringComparison.Ordinal);
        Assert.Matches(@"\ntanh: ([\d,]+) of \1 numbers have PyTorch's bits\n", sample.Out);

        // The build has copied PyTorch's files, and those are what is used.
        var native = Path.Combine(At("sample/bin/Debug/net10.0/runtimes"), "linux-x64", "native");
        Assert.True(File.Exists(Path.Combine(native, "libtorch_cpu.so")));
        var used = sample.Lines[2];
        Assert.Equal(Path.Combine(native, "libtorch_cpu.so"), File.ResolveLinkTarget(used, returnFinalTarget: true)?.FullName ?? used);
    }

    /// <summary>Every public member of every package is called, with what a project outside has.</summary>
    private void UseEveryEntry()
    {
        var project = Page("docs/packages.md").Split("```xml\n")[1].Split("```")[0].Split('\n');
        Write(
            "every/every.csproj",
            string.Join('\n', project.Where(l => !l.Contains("PackageReference", StringComparison.Ordinal)))
                .Replace(
                    "<ItemGroup>",
                    $"""
                    <ItemGroup>
                        <PackageReference Include="Micrograd.Parity.Recording" Version="{s_version}" />
                        <PackageReference Include="Micrograd.Parity.Xunit" Version="{s_version}" />
                    """,
                    StringComparison.Ordinal
                )
        );
        foreach (
            var file in new[]
            {
                "Micrograd.Parity.Cli.Tests/Outside/EveryEntry.cs",
                "Micrograd.Tests/EveryMember.cs",
                "Sample.ForeignEngine.Tests/Number.cs",
                "Sample.ForeignEngine.Tests/NumberEngine.cs",
            }
        )
            Write($"every/{Path.GetFileName(file)}", Page($"tests/{file}"));
        var every = In("home", "dotnet", "run", "--project", "every", "-p:UseSharedCompilation=false");
        Assert.True(every.Status == 0, every.Out + every.Error);
        Assert.InRange(int.Parse(every.Lines[^2].Split(' ')[0], null), 850, int.MaxValue);

        var raising = every.Lines[..^2].Where(l => !l.Contains(": refused: ", StringComparison.Ordinal));
        Assert.Equal(
            s_raising.Order(StringComparer.Ordinal),
            raising.Select(l => string.Join(": ", l.Split(": ")[..2])).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>An engine with its adapter, tests of it as the README writes them, and those of an engine whose tanh is wrong.</summary>
    private void UseTests()
    {
        var project = Page("docs/packages.md").Split("```xml\n")[1].Split("```")[0];
        Assert.Contains("Include=\"Micrograd.Parity.Xunit\" Version=\"0.2.0-*\"", project, StringComparison.Ordinal);
        Write("engine.tests/engine.tests.csproj", project.Replace("\"0.2.0-*\"", $"\"{s_version}\"", StringComparison.Ordinal));
        foreach (var file in new[] { "Number.cs", "NumberEngine.cs" })
            Write($"engine.tests/{file}", Page($"tests/Sample.ForeignEngine.Tests/{file}"));
        var tests = Page("README.md").Split("```csharp\n").Single(b => b.Contains("EngineTests<", StringComparison.Ordinal)).Split("```")[0];
        Write(
            "engine.tests/NumberTests.cs",
            tests.Replace("public class", "using Sample.ForeignEngine.Tests;\n\npublic class", StringComparison.Ordinal)
        );
        Write(
            "engine.tests/FaultyTests.cs",
            """
            using Micrograd.Parity.Xunit;
            using Sample.ForeignEngine.Tests;

            public class FaultyTests : EngineTests<FaultyEngine, Number>;

            public class FaultyEngine : NumberEngine
            {
                public override string Name => "Faulty";

                public override bool TryApply(string op, IReadOnlyList<Number> operands, IReadOnlyList<double> settings, out Number result)
                {
                    if (op != "tanh")
                        return base.TryApply(op, operands, settings, out result!);
                    result = operands[0].Apply(Math.Tanh, (g, _, y) => g * (1 - y));
                    return true;
                }
            }
            """
        );
        var outcome = In(
            "home",
            "dotnet",
            "test",
            "engine.tests",
            "--filter",
            "DisplayName~tanh|DisplayName~exp",
            "--logger",
            "console;verbosity=normal"
        );
        Assert.True(outcome.Status == 1, outcome.Out + outcome.Error);
        var said = outcome.Lines.Select(l => l.Trim()).ToList();
        foreach (var passed in new[] { "Number: tanh", "Number: exp", "Faulty: exp" })
            Assert.True(said.Exists(l => l.StartsWith($"Passed {passed} [", StringComparison.Ordinal)), outcome.Out);
        var failed = said.FindIndex(l => l.StartsWith("Failed Faulty: tanh [", StringComparison.Ordinal));
        Assert.True(failed >= 0, outcome.Out);
        Assert.Equal("Error Message:", said[failed + 1]);
        Assert.StartsWith("MISMATCH  Faulty, op tanh: ", said[failed + 2], StringComparison.Ordinal);
        Assert.Contains(said[failed..], l => l.StartsWith("cause ", StringComparison.Ordinal) && l.Contains("1 − y", StringComparison.Ordinal));
    }

    private void UseTool()
    {
        var install = In("other", "dotnet", "tool", "install", "Micrograd.Parity.Tool", "--tool-path", At("tools"), "--version", s_version);
        Assert.True(install.Status == 0, install.Out + install.Error);
        Assert.InRange(new FileInfo(At($"packages/Micrograd.Parity.Tool.{s_version}.nupkg")).Length, 1, 10_000_000);
        var tool = At("tools/parity");
        Assert.Contains("Examples:", In("other", tool, "--help").Out, StringComparison.Ordinal);

        // PyTorch is in no package folder. Without a feed that has it, and without the SDK, there is none; then it is restored, once.
        Write("nothing/nuget.config", """<configuration><packageSources><clear /></packageSources></configuration>""");
        Directory.CreateDirectory(At("empty/.nuget/NuGet"));
        File.Copy(At("nothing/nuget.config"), At("empty/.nuget/NuGet/NuGet.Config"));
        var withoutFeed = In("empty", tool, "run", "tanh");
        Assert.Equal(3, withoutFeed.Status);
        Assert.Contains("parity: PyTorch cannot be loaded: dotnet restore failed for TorchSharp ", withoutFeed.Error, StringComparison.Ordinal);
        Assert.Contains("NU1100", withoutFeed.Error, StringComparison.Ordinal);
        Assert.Contains("a NuGet feed that has them must be within reach", withoutFeed.Error, StringComparison.Ordinal);
        var withoutSdk = In("empty", tool, ["run", "tanh"], ("PATH", "/nowhere"), ("DOTNET_ROOT", Cli.DotnetFolder));
        Assert.Equal(3, withoutSdk.Status);
        Assert.Contains("the .NET SDK, which could restore them, was not found", withoutSdk.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", withoutFeed.Error + withoutSdk.Error, StringComparison.Ordinal);

        var first = In("other", tool, "run", "tanh");
        Assert.True(first.Status == 0, first.Out + first.Error);
        Assert.Contains(first.Lines, l => l.StartsWith("PARITY: ", StringComparison.Ordinal));
        Assert.Matches(@"parity: PyTorch \S+ is in no package folder: restoring it from NuGet", first.Error);
        var second = In("other", tool, "run", "tanh");
        Assert.True(second.Status == 0, second.Out + second.Error);
        Assert.DoesNotContain("restoring", second.Error, StringComparison.Ordinal);
    }

    /// <summary>The C# sample of the page on packages.</summary>
    private static string Sample()
    {
        var sample = Page("docs/packages.md").Split("```csharp\n")[1].Split("```")[0];
        Assert.Equal(11, sample.TrimEnd().Split('\n').Length);
        return sample;
    }

    private void Pack()
    {
        var outcome = Cli.Start(Cli.Script, ["pack", "--out", At("packages")], ("PackageVersion", s_version), ("MSBUILDDISABLENODEREUSE", "1"));
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(
            s_names.SelectMany(n => new[] { $"{n}.{s_version}.nupkg", $"{n}.{s_version}.snupkg" }).Order(StringComparer.Ordinal),
            Directory.GetFiles(At("packages")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
    }

    private void CheckContents()
    {
        using (var engine = Package("Micrograd", "nupkg"))
        {
            Assert.Contains(engine.Entries, e => e.FullName == "lib/net10.0/Micrograd.xml");
            AssertDeterministic(engine, "lib/net10.0/Micrograd.dll");
        }

        using (var recorder = Package("Micrograd.Parity.Recording", "nupkg"))
        {
            Assert.Contains(recorder.Entries, e => e.FullName == "lib/net10.0/Micrograd.Parity.Recording.xml");
            AssertDeterministic(recorder, "lib/net10.0/Micrograd.Parity.Recording.dll");
        }

        using (var harness = Package("Micrograd.Parity", "nupkg"))
        using (var symbols = Package("Micrograd.Parity", "snupkg"))
        {
            foreach (var assembly in new[] { "Micrograd.Parity", "Micrograd.Parity.Comparisons" })
            {
                AssertDeterministic(harness, $"lib/net10.0/{assembly}.dll");
                Assert.Contains(symbols.Entries, e => e.FullName == $"lib/net10.0/{assembly}.pdb");
            }

            foreach (var documentation in new[] { "Micrograd.Parity.xml", "Micrograd.Parity.Comparisons.xml" })
                Assert.Contains(harness.Entries, e => e.FullName == $"lib/net10.0/{documentation}");
        }

        foreach (var name in s_names)
        {
            using var package = Package(name, "nupkg");
            using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
            var metadata = XDocument.Load(nuspec).Root!.Elements().Single();
            string? Field(string field) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == field)?.Value;
            Assert.Equal(("MIT", "README.md", "icon.png"), (Field("license"), Field("readme"), Field("icon")));
            Assert.NotEmpty(Field("description")!);
            Assert.NotNull(package.GetEntry("README.md"));
            Assert.NotNull(package.GetEntry("icon.png"));
            var needed = metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string)e.Attribute("id")!);
            Assert.Equal(
                name switch
                {
                    "Micrograd.Parity" => ["MathNet.Numerics", "Micrograd", "TorchSharp", "TorchSharp-cpu"],
                    "Micrograd.Parity.Recording" => ["Micrograd", "TorchSharp"],
                    "Micrograd.Parity.Xunit" => ["Micrograd.Parity", "xunit.v3.extensibility.core"],
                    _ => [],
                },
                needed.Order(StringComparer.Ordinal)
            );
            Assert.All(package.Entries, AssertNamesNoFolderOfTheBuilder);
            Assert.DoesNotContain(package.Entries, e =>
                e.Name.EndsWith(".so", StringComparison.Ordinal) || e.Name.EndsWith(".dylib", StringComparison.Ordinal)
            );
        }
    }

    /// <summary>The compiler marks an assembly that depends on its sources alone.</summary>
    private static void AssertDeterministic(ZipArchive package, string assembly)
    {
        using var stream = new MemoryStream();
        using (var entry = package.GetEntry(assembly)!.Open())
            entry.CopyTo(stream);
        stream.Position = 0;
        using var reader = new PEReader(stream);
        Assert.Contains(reader.ReadDebugDirectory(), d => d.Type == DebugDirectoryEntryType.Reproducible);
    }

    private static void AssertNamesNoFolderOfTheBuilder(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(bytes);
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            Assert.True(bytes.ToArray().AsSpan().IndexOf(encoding.GetBytes($"{Cli.Root}/")) < 0, $"{entry.FullName} names {Cli.Root}.");
    }

    private ZipArchive Package(string name, string kind) => ZipFile.OpenRead(At($"packages/{name}.{s_version}.{kind}"));

    private Cli.Outcome In(string home, string program, params string[] arguments) => In(home, program, arguments, []);

    /// <summary>Outside of the repository, in the name of somebody who has nothing but a home folder with this user's NuGet configuration.</summary>
    private Cli.Outcome In(string home, string program, string[] arguments, params (string Name, string? Text)[] environment)
    {
        var own = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        var copy = At($"{home}/.nuget/NuGet/NuGet.Config");
        if (File.Exists(own) && !File.Exists(copy))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(own, copy);
        }

        return Cli.StartIn(
            _folder.FullName,
            program,
            arguments,
            [
                ("HOME", At(home)),
                ("XDG_CACHE_HOME", null),
                ("NUGET_PACKAGES", At($"{home}-packages")),
                ("MSBUILDDISABLENODEREUSE", "1"),
                ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
                ("DOTNET_NOLOGO", "1"),
                ("DOTNET_TieredPGO", "0"),
                .. environment,
            ]
        );
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private static string Page(string file) => File.ReadAllText(Path.Combine(Cli.Root, file));

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
