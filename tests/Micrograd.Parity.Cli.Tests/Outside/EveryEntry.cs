using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Micrograd;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Recording;
using Micrograd.Parity.Suites;
using Micrograd.Parity.Training;
using Micrograd.Parity.Xunit;
using Micrograd.Tests;
using Sample.ForeignEngine.Tests;
using TorchSharp;

// Calls every public member of the packages that this project references, and writes a line for each that raises.
// The project is made by PackageTests, outside of the repository.
EveryMember.Assemblies = [.. Directory.GetFiles(AppContext.BaseDirectory, "Micrograd*.dll").Order(StringComparer.Ordinal).Select(Assembly.LoadFrom)];
EveryMember.Arguments["T"] = typeof(Number);
EveryMember.Arguments["TEngine"] = typeof(NumberEngine);

foreach (var assembly in EveryMember.Assemblies)
{
    foreach (var name in assembly.GetReferencedAssemblies())
        Assembly.Load(name);
    foreach (var type in assembly.GetTypes().Where(t => !t.ContainsGenericParameters))
    {
        const BindingFlags Any =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        foreach (var method in type.GetMembers(Any).OfType<MethodBase>().Where(m => !m.ContainsGenericParameters && m.GetMethodBody() is not null))
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
    }
}

Directory.SetCurrentDirectory(Directory.CreateTempSubdirectory("every-entry-").FullName);
var all = ParitySuite.Default;
var suite = new Suite(new OpCatalogue([all.Ops["tanh"], all.Ops["mul"]]), [all.Programs.First(p => p.Name == "neuron")]);
var context = all.Context() with { Points = 1 };

var calls = 0;
foreach (var member in EveryMember.All.Where(m => m.ReflectedType != typeof(Samples))) // of which only reports have one
{
    var name = $"{member.ReflectedType!.Name}.{member.Name}({string.Join(", ", member.GetParameters().Select(p => p.ParameterType.Name))})";
    Console.Error.WriteLine(name);
    try
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        TraceWriter.Graphs(new MemoryStream(), "Number", writer => new EveryMember(Given(writer, tape, scope)).Call(member));
    }
    catch (Exception e)
    {
        Console.Error.WriteLine(e);
        // A FileNotFoundException may be that of an assembly.
        Console.WriteLine(
            $"{name}: {(e is ArgumentException or InvalidOperationException ? "refused" : e.GetType().Name)}: {e.Message.Split('\n')[0]}"
        );
    }

    calls++;
}

Console.WriteLine($"{calls} calls");

Dictionary<Type, object> Given(TraceWriter writer, Tape tape, Tape.Scope scope)
{
    Term term = 0.5;
    var builder = new ProgramBuilder();
    var leaf = builder.Leaf("a", 0.5);
    var model = torch.nn.Linear(1, 1, dtype: torch.float64);
    var optimizer = torch.optim.SGD(model.parameters(), 0.1);
    using (var run = TrainingRecorder.Start("tanh", model, optimizer, new RecordingOptions { Overwrite = true }))
    {
        run.Backward(model.call(torch.ones(1, 1, dtype: torch.float64)).sum());
        run.Step();
    }

    return new()
    {
        [typeof(string)] = "tanh",
        [typeof(Exception)] = new InvalidOperationException(),
        [typeof(Tape.Scope)] = scope,
        [typeof(TapeStep)] = tape.BeginStep(),
        [typeof(TraceWriter)] = writer,
        [typeof(Op)] = all.Ops["tanh"],
        [typeof(OpCatalogue)] = suite.Ops,
        [typeof(Suite)] = suite,
        [typeof(RunContext)] = context,
        [typeof(TorchLibrary)] = context.Torch,
        [typeof(TorchFunctions)] = context.Torch.Functions,
        [typeof(IComparison)] = new OpComparison(all.Ops["mul"], []),
        [typeof(Micrograd.Parity.Programs.Program)] = suite.Programs[0] with { },
        [typeof(ProgramBuilder)] = builder,
        [typeof(Micrograd.Parity.Programs.Expression)] = leaf,
        [typeof(Term)] = term,
        [typeof(Condition)] = term > 0,
        [typeof(Number)] = new Number(0.5),
        [typeof(IForeignEngine<Number>)] = new NumberEngine(),
        [typeof(EngineTests<NumberEngine, Number>)] = new Tests(),
        [typeof(ParameterLayout)] = new ParameterLayout([new ParameterPlace("0.weight", [0], 0)]),
        [typeof(IReadOnlyDictionary<string, double?[]>)] = new Dictionary<string, double?[]>(),
        [typeof(IProgress<ItemResult>)] = new Progress<ItemResult>(),
        [typeof(Expression<Func<Number, Number>>)] = (Expression<Func<Number, Number>>)(x => x.Tanh()),
        [typeof(Expression<Func<Number, Number, Number>>)] = (Expression<Func<Number, Number, Number>>)((a, b) => a * b),
        [typeof(Expression<Func<Number, Number, Number, Number>>)] = (Expression<Func<Number, Number, Number, Number>>)((a, b, c) => a * b + c),
        [typeof(Expression<Func<Number[], Number>>)] = (Expression<Func<Number[], Number>>)(x => x[0] * x[1]),
        [typeof(Func<string, string>)] = (string name) => name,
        [typeof(Stream)] = new MemoryStream(),
        [typeof(torch.nn.Module)] = model,
        [typeof(torch.optim.Optimizer)] = optimizer,
        [typeof(torch.Tensor)] = model.call(torch.ones(1, 1, dtype: torch.float64)).sum(),
        [typeof(RecordingOptions)] = new RecordingOptions { Overwrite = true },
    };
}

internal sealed class Tests : EngineTests<NumberEngine, Number>;
