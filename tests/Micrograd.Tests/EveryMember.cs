using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

namespace Micrograd.Tests;

/// <summary>
/// The public members of the engine by reflection, and arguments for them: objects that are given, numbers, and what constructors make of these.
/// The test of the packages calls those of all packages with it, from a project outside of the repository.
/// </summary>
/// <param name="given">Objects by type.</param>
internal sealed class EveryMember(Dictionary<Type, object> given)
{
    private static readonly Dictionary<MethodBase, Func<object?[], object?>> s_callers = [];

    private readonly Dictionary<Type, object> _made = given;

    /// <summary>The assemblies whose members are called.</summary>
    internal static Assembly[] Assemblies { get; set; } = [typeof(Tape).Assembly];

    /// <summary>The type that stands for the parameters of generic types and methods, by their names.</summary>
    internal static Dictionary<string, Type> Arguments { get; } = new() { ["T"] = typeof(Value) };

    /// <summary>Every public method, property and constructor of every public type.</summary>
    internal static IReadOnlyList<MethodBase> All => s_all.Value;

    private static readonly Lazy<IReadOnlyList<MethodBase>> s_all = new(() =>
        [
            .. from exported in Types
            let type = exported.IsGenericTypeDefinition ? exported.MakeGenericType(ArgumentsOf(exported)) : exported
            where !typeof(Delegate).IsAssignableFrom(type) && !type.IsEnum && !type.IsInterface
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).OfType<MethodBase>()
            where Assemblies.Contains(member.DeclaringType!.Assembly) && !(member.IsConstructor && type.IsAbstract)
            where member.Name != "Deconstruct" // a record's parts, read by properties too
            select member is MethodInfo { IsGenericMethodDefinition: true } generic
                ? generic.MakeGenericMethod(Array.ConvertAll(generic.GetGenericArguments(), a => Arguments[a.Name]))
                : member,
        ]
    );

    private static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetExportedTypes());

    /// <summary>The types of objects that can hold values.</summary>
    internal static IEnumerable<Type> Objects => Types.Where(t => t is { IsClass: true, IsAbstract: false });

    /// <summary>Calls a member with arguments of which as many as can be are the given ones.</summary>
    internal object? Call(MethodBase member)
    {
        var arguments = member.GetParameters().Select(p => p.ParameterType.IsByRef ? null : Make(p.ParameterType));
        if (!member.IsStatic && !member.IsConstructor)
            arguments = arguments.Prepend(Make(member.ReflectedType!));
        lock (s_callers)
        {
            if (!s_callers.TryGetValue(member, out var caller))
                s_callers.Add(member, caller = Caller(member));
            return caller(arguments.ToArray());
        }
    }

    /// <summary>True if an object of a type is among what the member is called on and with, and not only written to.</summary>
    internal static bool Takes(MethodBase member, Type type) =>
        !member.IsStatic && !member.IsConstructor && member.ReflectedType == type
        || member.GetParameters().Any(p => p.ParameterType == type || !IsWritten(p.ParameterType) && ElementOf(p.ParameterType) == type);

    private static bool IsWritten(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Span<>);

    /// <summary>The given object of a type, or one that is made and kept.</summary>
    internal object? Make(Type type)
    {
        if (_made.TryGetValue(type, out var known))
            return known;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Make(underlying);
        return type == typeof(string) || type == typeof(object) ? "nowhere/nothing.svg"
            : type == typeof(double) ? 0.5
            : type == typeof(bool) ? false
            : type.IsPrimitive ? Convert.ChangeType(2, type, null)
            : type.IsEnum ? Enum.ToObject(type, 1)
            : type == typeof(TextReader) ? new StringReader("1,2,3\n4,5,6\n")
            : type == typeof(Func<Value, Value>) ? (Func<Value, Value>)(x => x * (Value)Make(typeof(Value))!)
            : type == typeof(Func<Value[], Value>) ? (Func<Value[], Value>)(x => x[0] * (Value)Make(typeof(Value))!)
            : type == typeof(Func<Value[], Value[]>) ? (Func<Value[], Value[]>)(x => [x[0] * (Value)Make(typeof(Value))!])
            : ElementOf(type) is { } element ? Pair(element)
            : typeof(Delegate).IsAssignableFrom(type) ? Answering(type)
            : Construct(type);
    }

    private Array Pair(Type element)
    {
        var pair = Array.CreateInstance(element, 2);
        for (var i = 0; i < pair.Length; i++)
            pair.SetValue(Make(element), i);
        return pair;
    }

    private static Type[] ArgumentsOf(Type generic) => Array.ConvertAll(generic.GetGenericArguments(), a => Arguments[a.Name]);

    /// <summary>A delegate that gives what a made object is, whatever it is called with.</summary>
    private Delegate Answering(Type type)
    {
        var method = type.GetMethod("Invoke")!;
        var result = method.ReturnType;
        Expression body = result == typeof(void) ? Expression.Empty() : Expression.Constant(Make(result), result);
        return Expression.Lambda(type, body, method.GetParameters().Select(p => Expression.Parameter(p.ParameterType))).Compile();
    }

    private object Construct(Type type)
    {
        var concrete = Types.FirstOrDefault(t => !t.IsAbstract && type.IsAssignableFrom(t)) ?? type;
        if (concrete.GetConstructors() is [var constructor, ..])
            return _made[type] = Call(constructor)!;
        var methods = All.OfType<MethodInfo>().ToList();
        return _made[type] = methods.Find(m => m.IsStatic && m.ReturnType == type) is { } factory
            ? Call(factory)!
            : ((IEnumerable)Call(methods.Find(m => ElementOf(m.ReturnType) == type) ?? throw new NotSupportedException($"{type}"))!)
                .Cast<object>()
                .First();
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && (type.IsByRefLike || typeof(IEnumerable).IsAssignableFrom(type)) ? type.GetGenericArguments()[0]
        : null;

    /// <summary>A call by generated code: reflection does not pass spans.</summary>
    private static Func<object?[], object?> Caller(MethodBase member)
    {
        var method = new DynamicMethod(member.Name, typeof(object), [typeof(object?[])], typeof(Tape).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        var types = member.GetParameters().Select(p => p.ParameterType);
        var isInstance = !member.IsStatic && !member.IsConstructor;
        var index = 0;
        if (isInstance)
            types = types.Prepend(member.ReflectedType!);
        foreach (var type in types)
        {
            if (type.IsByRef)
            {
                code.Emit(OpCodes.Ldloca, code.DeclareLocal(type.GetElementType()!));
                index++;
                continue;
            }

            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldc_I4, index);
            code.Emit(OpCodes.Ldelem_Ref);
            if (type.IsByRefLike)
            {
                var array = ElementOf(type)!.MakeArrayType();
                code.Emit(OpCodes.Castclass, array);
                code.Emit(OpCodes.Call, type.GetMethod("op_Implicit", [array])!);
            }
            else if (isInstance && index == 0 && type.IsValueType)
            {
                code.Emit(OpCodes.Unbox, type);
            }
            else
            {
                code.Emit(OpCodes.Unbox_Any, type);
            }

            index++;
        }

        var result = member is MethodInfo info ? info.ReturnType : member.ReflectedType!;
        if (member is ConstructorInfo constructor)
            code.Emit(OpCodes.Newobj, constructor);
        else
            code.Emit(isInstance && !member.ReflectedType!.IsValueType ? OpCodes.Callvirt : OpCodes.Call, (MethodInfo)member);
        if (result.IsByRefLike)
        {
            code.Emit(OpCodes.Pop);
            code.Emit(OpCodes.Ldnull);
        }
        else if (result == typeof(void))
        {
            code.Emit(OpCodes.Ldnull);
        }
        else if (result.IsValueType)
        {
            code.Emit(OpCodes.Box, result);
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object?[], object?>>();
    }
}
