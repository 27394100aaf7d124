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
        var page = File.ReadAllText(Path.Combine(Cli.Root, "docs", "packages.md"));
        var sample = page.Split("```csharp\n")[1].Split("```")[0];
        Assert.Equal(11, sample.TrimEnd().Split('\n').Length);
        return sample;
    }

    private void Pack()
    {
        var outcome = Cli.Start(Cli.Script, ["pack", "--out", At("packages")], ("PackageVersion", s_version), ("MSBUILDDISABLENODEREUSE", "1"));
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error, StringComparison.Ordinal);
        string[] names = ["Micrograd", "Micrograd.Parity", "Micrograd.Parity.Tool"];
        Assert.Equal(
            names.SelectMany(n => new[] { $"{n}.{s_version}.nupkg", $"{n}.{s_version}.snupkg" }).Order(StringComparer.Ordinal),
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

        foreach (var name in new[] { "Micrograd", "Micrograd.Parity", "Micrograd.Parity.Tool" })
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
                name == "Micrograd.Parity" ? ["MathNet.Numerics", "Micrograd", "TorchSharp", "TorchSharp-cpu"] : [],
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
                .. environment,
            ]
        );
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
