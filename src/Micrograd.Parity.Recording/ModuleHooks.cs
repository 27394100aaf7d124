using System.Linq.Expressions;
using System.Reflection;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Hooks on the calls of all modules that have them, and of the criterion, whatever their arguments and results are.</summary>
internal sealed class ModuleHooks : IDisposable
{
    private readonly List<Action> _removals = [];

    internal ModuleHooks(IReadOnlyList<NamedModule> modules, nn.Module? criterion)
    {
        var hooked = new List<int>();
        for (var i = 0; i < modules.Count; i++)
        {
            if (HookableOf(modules[i].Module.GetType()) is not { } hookable)
                continue;
            var types = hookable.GetGenericArguments();
            Register(modules[i].Module, hookable, "register_forward_pre_hook", Before(types[0], i));
            Register(modules[i].Module, hookable, "register_forward_hook", After(types[1], i));
            hooked.Add(i);
        }

        Hooked = hooked;
        if (criterion is not null && modules.All(named => named.Module != criterion) && HookableOf(criterion.GetType()) is { } loss)
            Register(criterion, loss, "register_forward_hook", AfterCriterion(loss.GetGenericArguments()[1]));
    }

    /// <summary>The modules that have hooks: containers have none.</summary>
    internal IReadOnlyList<int> Hooked { get; }

    /// <summary>The step that listens, if one is recorded.</summary>
    internal CallRecorder? Listener { get; set; }

    public void Dispose()
    {
        foreach (var remove in _removals)
            remove();
        _removals.Clear();
    }

    private static Type? HookableOf(Type? type)
    {
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>)))
            type = type.BaseType;
        return type;
    }

    private void Register(nn.Module module, Type hookable, string method, Delegate hook)
    {
        var remover = hookable.GetMethod(method, [hook.GetType()])!.Invoke(module, [hook])!;
        _removals.Add(remover.GetType().GetMethod("remove")!.CreateDelegate<Action>(remover));
    }

    /// <summary>A hook of the given type that tells the arguments and changes none.</summary>
    private Delegate Before(Type type, int module)
    {
        var (parameters, arguments, result) = Signature(type);
        var call = Expression.Call(
            Expression.Constant(this),
            Method(nameof(Called)),
            Expression.Constant(module),
            Expression.NewArrayInit(typeof(object), arguments.Select(Boxed))
        );
        // A hook of one argument gives what stands in its place, one of several may give nothing.
        Expression given = arguments.Length == 1 ? arguments[0] : Expression.Default(result);
        return Expression.Lambda(type, Expression.Block(call, given), parameters).Compile();
    }

    /// <summary>A hook of the given type that tells the result and does not change it.</summary>
    private Delegate After(Type type, int module)
    {
        var (parameters, _, _) = Signature(type);
        var call = Expression.Call(Expression.Constant(this), Method(nameof(Returned)), Expression.Constant(module), Boxed(parameters[^1]));
        return Expression.Lambda(type, Expression.Block(call, parameters[^1]), parameters).Compile();
    }

    /// <summary>A hook of the given type that tells the arguments and the result, and changes none.</summary>
    private Delegate AfterCriterion(Type type)
    {
        var parameters = Signature(type).All;
        var call = Expression.Call(
            Expression.Constant(this),
            Method(nameof(Measured)),
            Expression.NewArrayInit(typeof(object), parameters[1..^1].Select(Boxed)),
            Boxed(parameters[^1])
        );
        return Expression.Lambda(type, Expression.Block(call, parameters[^1]), parameters).Compile();
    }

    private static (ParameterExpression[] All, ParameterExpression[] Arguments, Type Result) Signature(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var all = invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        return (all, all[1..], invoke.ReturnType);
    }

    private static MethodInfo Method(string name) => typeof(ModuleHooks).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Instance)!;

    private void Called(int module, object?[] arguments) => Listener?.Called(module, arguments);

    private void Returned(int module, object? result) => Listener?.Returned(module, result);

    private void Measured(object?[] arguments, object? result) => Listener?.Measured(arguments, result);

    private static UnaryExpression Boxed(ParameterExpression parameter) => Expression.Convert(parameter, typeof(object));
}
