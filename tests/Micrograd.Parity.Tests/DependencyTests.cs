using System.Text.RegularExpressions;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests;

/// <summary>Folders import only those above them in the tree of ARCHITECTURE.md. Edges between projects are in project files.</summary>
public partial class DependencyTests
{
    private const string Project = "Micrograd.Parity";

    private static readonly string[] s_tops = ["src", "comparisons", "tools"];

    public static TheoryData<string> Projects => [.. Tree.Keys];

    private static string Root => Repository.Above(AppContext.BaseDirectory)!;

    /// <summary>The folders of each project, in order; those of a project without any are not in the tree.</summary>
    private static Dictionary<string, List<string>> Tree { get; } = ReadTree();

    [Fact]
    public void The_tree_has_every_folder_of_the_projects_that_have_namespaces_for_them()
    {
        Assert.Contains(Project, Tree.Keys);
        foreach (var (project, folders) in Tree)
        {
            var found = Directory.GetDirectories(Path.Combine(Root, "src", project)).Select(Path.GetFileName).Except(["bin", "obj"]);
            Assert.Equal(found.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Two levels of folders of what people write, each with its line in the tree.</summary>
    [Fact]
    public void The_tree_has_a_line_for_each_folder()
    {
        var tree = File.ReadAllText(Path.Combine(Root, "ARCHITECTURE.md")).Split("<!-- tree -->")[1].Split("<!-- /tree -->")[0];
        var folders =
            from top in s_tops
            from folder in Directory.GetDirectories(Path.Combine(Root, top))
            from name in Directory.GetDirectories(folder).Prepend(folder).Select(Path.GetFileName)
            where name is not ("bin" or "obj" or "__pycache__")
            select $"{name}/";
        Assert.All(folders, folder => Assert.Contains(folder, tree, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_import_only_those_above_them(string project)
    {
        var folders = Tree[project];
        var upward =
            from folder in folders
            from file in Directory.GetFiles(Path.Combine(Root, "src", project, folder), "*.cs", SearchOption.AllDirectories)
            from import in Imports(project, File.ReadAllText(file))
            where folders.IndexOf(import) > folders.IndexOf(folder)
            select $"{Path.GetRelativePath(Root, file)} imports {import}";
        Assert.Equal([], upward);
    }

    [Theory]
    [InlineData("using Micrograd.Parity.Training;", "Training")]
    [InlineData("using static Micrograd.Parity.Training.Choice;", "Training")]
    [InlineData("using Choice = Micrograd.Parity.Training.Choice;", "Training")]
    [InlineData("var x = Micrograd.Parity.Training.Choice.Of();", "Training")]
    [InlineData("var x = Training.Choice.Of();", "Training")]
    [InlineData("using Micrograd.Parity.Engines.Torch;", "Engines")]
    public void An_import_is_seen(string line, string folder) => Assert.Contains(folder, Imports(Project, line));

    private static IEnumerable<string> Imports(string project, string text) =>
        from line in text.Split('\n')
        let code = Comment().Replace(line, "")
        from folder in Tree[project]
        where Regex.IsMatch(code, $@"\b{Regex.Escape(project)}\.{folder}\b") || Regex.IsMatch(code, $@"(?<![\w.""]){folder}\.[A-Z]\w*[.(<]")
        select folder;

    private static Dictionary<string, List<string>> ReadTree()
    {
        var tree = new Dictionary<string, List<string>>();
        var project = "";
        foreach (var line in File.ReadAllText(Path.Combine(Root, "ARCHITECTURE.md")).Split("<!-- tree -->")[1].Split("<!-- /tree -->")[0].Split('\n'))
        {
            if (Row().Match(line) is not { Success: true } row)
                continue;
            if (row.Groups["indent"].Length == 2)
                project = row.Groups["name"].Value;
            else if (project.StartsWith(Project, StringComparison.Ordinal))
                (tree.TryGetValue(project, out var folders) ? folders : tree[project] = []).Add(row.Groups["name"].Value);
        }

        return tree;
    }

    [GeneratedRegex(@"^(?<indent> {2}| {4})(?<name>[\w.]+)/")]
    private static partial Regex Row();

    [GeneratedRegex(@"//.*$")]
    private static partial Regex Comment();
}
