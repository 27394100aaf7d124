using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
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

    [Fact]
    public void A_project_outside_uses_the_packages_as_the_README_says_and_the_tool_runs()
    {
        Pack();
        CheckContents();

        Write("nuget.config", $"""
            <configuration>
              <packageSources><add key="packed" value="{At("packages")}" /></packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="Micrograd*" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        Write("sample/sample.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Micrograd.Parity" Version="{s_version}" /></ItemGroup>
            </Project>
            """);
        Write("sample/Program.cs", Sample());
        var sample = Dotnet("run", "--project", "sample", "-p:UseSharedCompilation=false");
        Assert.True(sample.Status == 0, sample.Out + sample.Error);
        Assert.StartsWith("0.24491866240370913 0.9400148", sample.Out, StringComparison.Ordinal);
        Assert.Matches(@"\ntanh: ([\d,]+) of \1 numbers have PyTorch's bits\n", sample.Out);

        var install = Dotnet("tool", "install", "Micrograd.Parity.Tool", "--tool-path", At("tools"), "--version", s_version);
        Assert.True(install.Status == 0, install.Out + install.Error);
        var tool = At("tools/parity");
        Assert.Contains("Examples:", In(tool, "--help").Out, StringComparison.Ordinal);
        var run = In(tool, "run", "tanh");
        Assert.True(run.Status == 0, run.Out + run.Error);
        Assert.Contains("PARITY", run.Lines.Select(l => l.Trim()));
        if (Directory.Exists(At("bridge")))
        {
            var without = Cli.StartIn(_folder.FullName, tool, ["run", "tanh"], ("BRIDGE_OUT", At("other")), ("CXX", "no-such-compiler"));
            Assert.Equal(3, without.Status);
            Assert.Contains("No C++ compiler: 'no-such-compiler'", without.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>The first C# of the README's section on packages.</summary>
    private static string Sample()
    {
        var readme = File.ReadAllText(Path.Combine(Cli.Root, "README.md"));
        var sample = readme.Split("## Packages")[1].Split("```csharp\n")[1].Split("```")[0];
        Assert.Equal(10, sample.TrimEnd().Split('\n').Length);
        return sample;
    }

    private void Pack()
    {
        var outcome = Cli.Start(
            Cli.Script, ["pack", "--out", At("packages")], ("PackageVersion", s_version), ("MSBUILDDISABLENODEREUSE", "1"));
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.DoesNotContain("warning", outcome.Error, StringComparison.Ordinal);
        string[] names = ["Micrograd", "Micrograd.Parity", "Micrograd.Parity.Tool"];
        Assert.Equal(
            names.SelectMany(n => new[] { $"{n}.{s_version}.nupkg", $"{n}.{s_version}.snupkg" }).Order(StringComparer.Ordinal),
            Directory.GetFiles(At("packages")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
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

            Assert.Contains(harness.Entries, e => e.FullName == "lib/net10.0/Micrograd.Parity.xml");
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

    private ZipArchive Package(string name, string kind) => ZipFile.OpenRead(At($"packages/{name}.{s_version}.{kind}"));

    private Cli.Outcome Dotnet(params string[] arguments) => In("dotnet", arguments);

    /// <summary>
    /// Outside of the repository, with a package cache of its own. Where PyTorch is an installed libtorch, its bridge is found as compiled
    /// from the same sources before, in place of compiling for a minute.
    /// </summary>
    private Cli.Outcome In(string program, params string[] arguments)
    {
        var native = Path.Combine(Cli.Root, "artifacts", "native");
        if (Directory.Exists(native) && !Directory.Exists(At("bridge")))
            Cli.Start("cp", ["-r", native, At("bridge")]);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Cli.StartIn(
            _folder.FullName,
            program,
            arguments,
            ("NUGET_PACKAGES", At("cache")),
            ("NUGET_FALLBACK_PACKAGES", packages),
            ("BRIDGE_OUT", At("bridge")),
            ("MSBUILDDISABLENODEREUSE", "1"),
            ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
            ("DOTNET_NOLOGO", "1"));
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
