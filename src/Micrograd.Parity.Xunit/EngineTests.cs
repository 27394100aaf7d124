using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Suites;
using Xunit;
using Xunit.Sdk;

namespace Micrograd.Parity.Xunit;

/// <summary>
/// Tests of another engine in C# against PyTorch: derive an empty class, and each op and each program that the engine has what is needed for is a
/// test with its name. What the engine lacks is no test (<see cref="EngineCheck{T}.Lacking"/> lists it).
/// </summary>
/// <typeparam name="TEngine">The adapter of the engine.</typeparam>
/// <typeparam name="T">The engine's scalar.</typeparam>
/// <param name="demand">Criterion by which the numbers pass.</param>
public abstract class EngineTests<TEngine, T>(EngineDemand demand = EngineDemand.WithinBounds)
    where TEngine : IForeignEngine<T>, new()
    where T : notnull
{
    private static readonly TEngine s_engine = new();

    private static readonly Dictionary<EngineDemand, EngineCheck<T>> s_checks = Enum.GetValues<EngineDemand>()
        .ToDictionary(d => d, d => new EngineCheck<T>(s_engine, ParitySuite.Default, demand: d));

    /// <summary>The tests: a name each.</summary>
    public static TheoryData<string> Names
    {
        get
        {
            var rows = new TheoryData<string>();
            foreach (var name in s_checks[EngineDemand.WithinBounds].Names)
                rows.Add(new TheoryDataRow<string>(name) { TestDisplayName = $"{s_engine.Name}: {name}", Label = "" });
            return rows;
        }
    }

    /// <summary>The check behind the tests, for further tests: single points, coverage, missing ops.</summary>
    protected EngineCheck<T> Check => s_checks[demand];

    /// <summary>Compares the engine with PyTorch on an op or a program; a failure's message is the harness's report.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    [Theory]
    [MemberData(nameof(Names))]
    public void AgreesWithPyTorch(string name)
    {
        try
        {
            Check.Verify(name);
        }
        catch (ParityException e)
        {
            throw new NumbersDifferException(e);
        }
    }
}
