using System.Text.RegularExpressions;

namespace Micrograd.Parity.Tools.NewOps;

/// <summary>An op that is to be added: its method and rule in the engine and its row in the catalogue, as skeletons that compile.</summary>
internal sealed partial class NewOp
{
    /// <summary>Mark of each place to fill in.</summary>
    public const string Mark = "Fill in:";

    private static readonly HashSet<string> s_keywords =
    [
        .. (
            "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit "
            + "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator "
            + "out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this "
            + "throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while"
        ).Split(' '),
    ];

    private readonly IReadOnlyList<(string Name, double Number)> _settings;

    /// <summary>Describes an op.</summary>
    /// <param name="name">PyTorch's lower-case name.</param>
    /// <param name="family">The op's family.</param>
    /// <param name="operands">Number of operands, 1 or 2.</param>
    /// <param name="settings">The names of its settings, up to two, with the number each is first compared with; only with one operand.</param>
    /// <exception cref="ArgumentException">There can be no such op; the message says why.</exception>
    public NewOp(string name, OpFamily family, int operands, IReadOnlyList<(string Name, double Number)> settings)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(settings);
        if (!LowerCaseName().IsMatch(name))
            throw new ArgumentException(
                $"'{name}' is no name of an op: it must be lower case with underscores, as PyTorch writes it, such as leaky_relu."
            );
        if (operands is not (1 or 2))
            throw new ArgumentException(
                $"an op of {operands} operands has no skeleton: it takes 1 or 2. Ops of more are written by hand (lerp and sum are examples)."
            );
        if (settings.Count > 2 || (settings.Count > 0 && operands > 1))
            throw new ArgumentException("an op has up to two settings, and only where it has one operand.");
        foreach (var (setting, _) in settings)
        {
            if (!Identifier().IsMatch(setting) || s_keywords.Contains(setting) || settings.Count(s => s.Name == setting) > 1)
                throw new ArgumentException($"'{setting}' cannot name a setting: take a C# parameter's name, each once.");
        }

        (Name, Family, Operands, _settings) = (name, family, operands, settings);
        Method = string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }

    /// <summary>PyTorch's name.</summary>
    public string Name { get; }

    /// <summary>The op's family.</summary>
    public OpFamily Family { get; }

    /// <summary>Number of operands.</summary>
    public int Operands { get; }

    /// <summary>The name of the method of <see cref="Value"/>.</summary>
    public string Method { get; }

    /// <summary>Writes the skeletons into the two files, both or neither.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>The places to fill in: <c>file:line  what</c>.</returns>
    /// <exception cref="InvalidOperationException">The op is there, or a file is not as it should be; nothing is written.</exception>
    /// <exception cref="IOException">A file cannot be read or written; nothing is written.</exception>
    public IReadOnlyList<string> Write(string root)
    {
        Refuse(root);
        var engine = SourceEdit.Read(root, Family.EngineFile);
        var rows = SourceEdit.Read(root, Family.RowsFile);
        engine.InsertBefore("}", MethodText());
        engine.Append(RuleText());
        rows.InsertBefore("    ];", RowText());
        SourceEdit.WriteAll([engine, rows]);
        return [.. engine.Places(Mark), .. rows.Places(Mark)];
    }

    /// <summary>Looks into the sources, which may be newer than what is running.</summary>
    private void Refuse(string root)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "comparisons", "Ops"), "*.cs"))
        {
            if (Regex.IsMatch(File.ReadAllText(file), $@"Op\.\w+\(\s*""{Name}"""))
                throw new InvalidOperationException($"the catalogue has {Name}: {Path.GetRelativePath(root, file)}.");
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "src", "Micrograd"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (
                Regex.IsMatch(text, $@"struct {Method}Rule\b")
                || (
                    text.Contains("partial struct Value", StringComparison.Ordinal)
                    && Regex.IsMatch(text, $@"public (static |readonly |override |ref )*[\w<>?\[\]]+ {Method}\b")
                )
            )
            {
                throw new InvalidOperationException($"the engine has {Method}: {Path.GetRelativePath(root, file)}.");
            }
        }
    }

    private string MethodText() =>
        $$"""

                /// <summary>{{Mark}} what {{Name}} is, as a formula or in words.</summary>
                public Value {{Method}}({{MethodParameters()}}) => Tape.{{TapeMethod()}}<{{Method}}Rule>(this{{MethodArguments()}});

            """;

    private string MethodParameters() => Operands == 2 ? "Value b" : string.Join(", ", _settings.Select(s => $"double {s.Name}"));

    private string MethodArguments() => Operands == 2 ? ", b" : string.Concat(_settings.Select(s => $", {s.Name}"));

    private string TapeMethod() =>
        Operands == 2 ? "Binary"
        : _settings.Count > 0 ? "Attributed"
        : "Unary";

    private string RuleText()
    {
        var (operands, settings) = (Operands == 2 ? "double a, double b" : "double x", _settings.Count > 0 ? ", double p, double q" : "");
        var vjps = Operands == 2 ? new[] { "VjpA", "VjpB" } : ["Vjp"];
        var names = _settings.Count == 0 ? "" : $" {string.Join(", ", _settings.Zip("pq", (s, letter) => $"{letter} is {s.Name}"))}.";
        return $$"""

            internal readonly struct {{Method}}Rule : I{{TapeMethod()}}Rule
            {
                public static string Name => "{{Name}}";

                // {{Mark}} y, in the order of operations of PyTorch's CPU kernel.{{names}}
                // Functions: Math's and CMath's where the kernel calls the C library, ElementaryFunctions.Current's where PyTorch has an op of its own for it.
                public static double Forward({{operands}}{{settings}}) => throw new NotImplementedException("{{Method}}Rule.Forward");
            {{string.Concat(vjps.Select(vjp => $$"""

                // {{Mark}} the contribution of the upstream gradient g to the gradient of {{(vjp == "VjpA" ? "a" : vjp == "VjpB" ? "b" : "x")}}, as PyTorch's derivatives.yaml has it.
                public static double {{vjp}}(double g, {{operands}}{{settings}}, double y) => throw new NotImplementedException("{{Method}}Rule.{{vjp}}");

            """))}}}

            """;
    }

    private string RowText()
    {
        var numbers = string.Join(", ", _settings.Select(s => NumberText.Of(s.Number)));
        var settings = _settings.Count > 0 ? $"[[{numbers}]],\n            " : "";
        var left =
            Operands == 2 ? "(a, b)"
            : _settings.Count > 0 ? "(x, s)"
            : "x";
        var ours = Operands == 2 ? $"a.{Method}(b)" : $"x.{Method}({string.Join(", ", _settings.Select((_, i) => $"s[{i}]"))})";
        var value = _settings.Count > 0 ? "(Term x, double[] s)" : left;
        var shares =
            Operands == 2 ? new[] { "(g, a, b, y)", "(g, a, b, y)" } : [_settings.Count > 0 ? "(Term g, Term x, Term y, double[] s)" : "(g, x, y)"];
        return $$"""

                // {{Mark}} PyTorch's side, as in its neighbours; domain: and kinks: where they are not all numbers and none.
                // {{Mark}} the rule once more, as a formula that other arithmetics can evaluate, from which bounds on rounding come:
                // Term.OfC(Primitive, x) for a function of Math or CMath, Term.Of(Primitive, x) for one of ElementaryFunctions.Current.
                Op.{{TapeMethod()}}(
                    "{{Name}}",
                    {{settings}}{{left}} => {{ours}},
                    {{left}} => throw new NotImplementedException("PyTorch's side of {{Name}}"),
                    Formula.Of(
                        {{value}} => throw new NotImplementedException("{{Name}}'s formula"){{string.Concat(shares.Select((share, i) => $"""
        ,
                        {share} => throw new NotImplementedException("the formula of {Name}'s share{(i == 0 && Operands == 2 ? " of a" : i == 1 ? " of b" : "")}")
        """))}})),

        """;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex LowerCaseName();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$")]
    private static partial Regex Identifier();
}
