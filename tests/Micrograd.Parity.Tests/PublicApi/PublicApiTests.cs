using System.Reflection;
using System.Runtime.InteropServices;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Recording;
using Micrograd.Parity.Suites;
using Micrograd.Parity.Xunit;
using PublicApiGenerator;

namespace Micrograd.Parity.Tests.PublicApi;

/// <summary>What the packages offer, against the approved texts beside this file: nothing becomes public, or goes, unnoticed.</summary>
public class PublicApiTests
{
    private const string Approved = "tests/Micrograd.Parity.Tests/PublicApi";

    private static readonly ApiGeneratorOptions s_options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [],
        ExcludeAttributes =
        [
            typeof(LibraryImportAttribute).FullName!,
            typeof(SuppressGCTransitionAttribute).FullName!,
            typeof(TheoryAttribute).FullName!,
        ],
    };

    [Fact]
    public void Micrograd_offers_what_was_approved() => AssertApproved(typeof(Value).Assembly);

    [Fact]
    public void Micrograd_Parity_offers_what_was_approved() => AssertApproved(typeof(Suite).Assembly);

    [Fact]
    public void Micrograd_Parity_Fuzzing_offers_what_was_approved() => AssertApproved(typeof(FuzzCampaign).Assembly);

    [Fact]
    public void Micrograd_Parity_Diagnosis_offers_what_was_approved() => AssertApproved(typeof(FaultCampaign).Assembly);

    [Fact]
    public void Micrograd_Parity_Recording_offers_what_was_approved() => AssertApproved(typeof(TrainingRecorder).Assembly);

    [Fact]
    public void Micrograd_Parity_Xunit_offers_what_was_approved() => AssertApproved(typeof(EngineTests<,>).Assembly);

    private static void AssertApproved(Assembly assembly)
    {
        var name = $"{assembly.GetName().Name}.txt";
        var offered = assembly.GeneratePublicApi(s_options);
        using var stream = typeof(PublicApiTests).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        var approved = reader.ReadToEnd();
        if (approved == offered)
            return;
        var received = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllText(received, offered);
        var (was, now) = (approved.Split('\n'), offered.Split('\n'));
        Assert.Fail(
            string.Join(
                '\n',
                [
                    $"The public API of {assembly.GetName().Name} is not the approved one:",
                    .. was.Except(now).Select(l => $"- {l}"),
                    .. now.Except(was).Select(l => $"+ {l}"),
                    $"If that is meant, approve it: cp {received} {Approved}/{name}",
                ]
            )
        );
    }
}
