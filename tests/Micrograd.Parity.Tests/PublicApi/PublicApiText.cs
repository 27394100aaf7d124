using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Micrograd.Parity.Tests.PublicApi;

/// <summary>What an assembly offers, a line a member, sorted: types with what they derive from, members with their signatures.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(Full, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return $"delegate {Full(type)}{Signature(type.GetMethod("Invoke")!)}";
        var kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : "class";
        var record = type.GetMethods(Declared).Any(m => m.Name == "PrintMembers" && IsGenerated(m)) ? "record " : "";
        var form =
            type.IsAbstract && type.IsSealed ? "static "
            : type.IsInterface || type.IsValueType ? (IsReadOnly(type) ? "readonly " : "")
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        var inherited = (type.BaseType is { } b ? b.GetInterfaces() : []).Concat(type.GetInterfaces().SelectMany(i => i.GetInterfaces())).ToHashSet();
        var bases = new[] { type.BaseType }
            .Where(t => t is not null && t != typeof(object) && t != typeof(ValueType) && t != typeof(Enum))
            .Concat(type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsPublic && !inherited.Contains(i)))
            .Select(t => Name(t!))
            .ToList();
        return $"{form}{record}{kind} {Full(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases.Order(StringComparer.Ordinal)) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            yield break;
        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible))
            yield return $"{Access(constructor)}{type.Name.Split('`')[0]}{Parameters(constructor)}";
        foreach (var field in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName))
        {
            var value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
            yield return type.IsEnum
                ? field.Name + value
                : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{field.Name}: {Shown(field.FieldType, new NullabilityInfoContext().Create(field))}{value}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = new[] { property.GetMethod, property.SetMethod }.Where(a => a is not null && IsVisible(a)).ToList();
            if (accessors.Count == 0 || IsGenerated(property))
                continue;
            var words = accessors.Select(a =>
                a == property.GetMethod ? "get"
                : IsInit(a!) ? "init"
                : "set"
            );
            var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
            yield return $"{Access(accessors[0]!)}{property.Name}{index}: {Shown(property.PropertyType, new NullabilityInfoContext().Create(property))} {{ {string.Join("; ", words)} }}";
        }

        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && !IsGenerated(m) && !IsAccessor(type, m)))
            yield return $"{Access(method)}{method.Name}{Generic(method)}{Signature(method)}";
    }

    private static string Access(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (
            method is MethodInfo { IsAbstract: true } && !method.DeclaringType!.IsInterface ? "abstract "
            : method is MethodInfo { IsVirtual: true, IsFinal: false } m && !m.DeclaringType!.IsInterface
                ? (m.GetBaseDefinition() == m ? "virtual " : "override ")
            : ""
        );

    private static string Signature(MethodInfo method) =>
        $"{Parameters(method)}: {Shown(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter))}";

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var way =
            parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : parameter.ParameterType.IsByRef ? "ref "
            : "";
        var list = parameter.GetCustomAttributes().Any(a => a.GetType().Name is "ParamArrayAttribute" or "ParamCollectionAttribute") ? "params " : "";
        var rest = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
        return $"{list}{way}{parameter.Name}: {Shown(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))}{rest}";
    }

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Literal(object? value) =>
        value switch
        {
            null => "default",
            string s => $"\"{s.ReplaceLineEndings("\\n")}\"",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Shown(Type type, NullabilityInfo info)
    {
        if (type.IsByRef)
            return (info.ElementType is null ? "" : "ref ") + Name(type.GetElementType()!);
        if (type.IsArray && info.ElementType is not null)
            return $"{Shown(type.GetElementType()!, info.ElementType)}[]{Mark()}";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{Name(inner)}?";
        return type.IsGenericType && info.GenericTypeArguments.Length == type.GetGenericArguments().Length
            ? $"{Open(type)}<{string.Join(", ", type.GetGenericArguments().Zip(info.GenericTypeArguments, Shown))}>{Mark()}"
            : Name(type) + Mark();

        string Mark() => !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
    }

    private static string Full(Type type) => type.DeclaringType is { } outer ? $"{Full(outer)}.{Name(type)}" : $"{type.Namespace}.{Name(type)}";

    private static string Name(Type type) =>
        type.IsByRef ? Name(type.GetElementType()!)
        : type.IsPointer ? $"{Name(type.GetElementType()!)}*"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{Open(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    private static string Open(Type type) => type.Name.Split('`')[0];

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsAccessor(Type type, MethodInfo method) =>
        method.IsSpecialName && type.GetProperties(Declared).Any(p => p.GetMethod == method || p.SetMethod == method);
}
