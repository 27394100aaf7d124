using System.Text;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Tests.Traces;

public class TraceReaderTests
{
    private const string Leaf = """{"id": 0, "value": 2}""";

    private const string TrainingHeader =
        """{"format": "micrograd-parity-trace", "version": 1, "kind": "training", "training": {"sizes": [2, 1], "activations": "linear", "data": "xor", "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0.1}, "steps": 2}}""";

    [Fact]
    public void Reads_what_is_written()
    {
        var graph = Assert.Single(
            Graphs(
                Checked.Graph(
                    """{"graph": "step 0", "root": "b", "upstream": 0.5}""",
                    """{"id": "a", "value": -3, "gradient": 1.5, "label": "x"}""",
                    """{"id": 7, "value": "NaN"}""",
                    """{"id": "b", "op": "LeakyReLU", "parents": ["a"], "settings": [0.2], "value": -0.6, "gradient": "-Infinity"}""",
                    """{"id": "c", "op": "**-1.0", "parents": ["b"], "value": 1}"""
                )
            )
        );
        Assert.Equal(("step 0", 2, 0.5), (graph.Name, graph.Root, graph.Upstream));
        Assert.Equal(["a", "7", "b", "c"], graph.Nodes.Select(n => n.Id));
        Assert.Equal([3, 4, 5, 6], graph.Nodes.Select(n => n.Line));
        Assert.Equal([null, null, "leaky_relu", "pow_number"], graph.Nodes.Select(n => n.Op));
        Assert.Equal([0.2], graph.Nodes[2].Settings);
        Assert.Equal([-1.0], graph.Nodes[3].Settings);
        Assert.Equal([0], graph.Nodes[2].Operands);
        Assert.Equal("x", graph.Nodes[0].Label);
        Assert.Equal(1.5, graph.Nodes[0].Gradient);
        Assert.Equal(double.NegativeInfinity, graph.Nodes[2].Gradient);
        Assert.Null(graph.Nodes[1].Gradient);
    }

    [Theory]
    [InlineData("+", 2, "add")]
    [InlineData("-", 2, "sub")]
    [InlineData("-", 1, "neg")]
    [InlineData("*", 2, "mul")]
    [InlineData("/", 2, "div")]
    [InlineData("**", 2, "pow")]
    [InlineData("**2", 1, "pow_number")]
    [InlineData("**0.5", 1, "pow_number")]
    [InlineData("**(-0.1)", 1, "pow_number")]
    [InlineData("ReLU", 1, "relu")]
    [InlineData("Tanh", 1, "tanh")]
    [InlineData("log_sigmoid", 1, "logsigmoid")]
    [InlineData("max", 2, "maximum")]
    [InlineData("softplus", 1, "softplus")]
    [InlineData("sum", 3, "sum")]
    [InlineData("ln", 1, "log")]
    [InlineData("mod", 2, "remainder")]
    [InlineData("rsub", 2, "sub")]
    [InlineData("rdiv", 2, "div")]
    [InlineData("__rtruediv__", 2, "div")]
    [InlineData("truediv", 2, "div")]
    [InlineData("__iadd__", 2, "add")]
    [InlineData("TanhBackward0", 1, "tanh")]
    [InlineData("Linear", 1, "identity")]
    [InlineData("max", 3, "amax")]
    [InlineData("min", 1, "amin")]
    [InlineData("Product", 3, "prod")]
    [InlineData("avg", 3, "mean")]
    [InlineData("arcsin", 1, "asin")]
    [InlineData("heaviside", 1, "step")]
    [InlineData("clone", 1, "identity")]
    public void Ops_are_known_as_engines_write_them(string written, int parents, string op)
    {
        var ids = string.Join(", ", Enumerable.Range(0, parents));
        var lines = Enumerable.Range(0, parents).Select(i => $$"""{"id": {{i}}, "value": 2}""");
        var graph = Assert.Single(Graphs(Checked.Graph([.. lines, $$"""{"id": "y", "op": "{{written}}", "parents": [{{ids}}], "value": 2}"""])));
        Assert.Equal(op, graph.Nodes[^1].Op);
    }

    [Fact]
    public void A_byte_order_mark_carriage_returns_and_blank_lines_do_not_matter()
    {
        var text =
            "\uFEFF"
            + Checked
                .Graph(Leaf, "", """{"id": 1, "op": "neg", "parents": [0], "value": -2}""")
                .Replace("\n", "\r\n", StringComparison.Ordinal)
                .Replace("{\"end\": 4}", "{\"end\": 3}", StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(Graphs(text)).Nodes.Count);
    }

    [Theory]
    [InlineData("", "trace.jsonl:1: the file is empty.")]
    [InlineData("\n\n", "trace.jsonl:2: the file is empty.")]
    [InlineData("[]\n", "trace.jsonl:1: this is no trace")]
    [InlineData("{\n", "trace.jsonl:1: this is no JSON")]
    [InlineData("{\"format\": \"other\"}\n", "trace.jsonl:1: this is no trace")]
    [InlineData(
        "{\"format\": \"micrograd-parity-trace\", \"version\": 2, \"kind\": \"graph\"}\n",
        "trace.jsonl:1: this reader knows version 1 of the format, and no other"
    )]
    [InlineData("{\"format\": \"micrograd-parity-trace\", \"version\": 1}\n", "trace.jsonl:1: the first line must have a \"kind\"")]
    [InlineData(
        "{\"format\": \"micrograd-parity-trace\", \"version\": 1, \"kind\": \"grph\"}\n",
        "trace.jsonl:1: 'kind' must be one of graph, training, but is \"grph\"; did you mean 'graph'?"
    )]
    [InlineData(
        "{\"format\": \"micrograd-parity-trace\", \"versoin\": 1, \"kind\": \"graph\"}\n",
        "trace.jsonl:1: the first line has no 'versoin'; did you mean 'version'?"
    )]
    [InlineData(
        "{\"format\": \"micrograd-parity-trace\", \"version\": 1, \"kind\": \"training\"}\n",
        "trace.jsonl:1: the first line needs 'training'"
    )]
    public void A_broken_first_line_is_refused(string text, string message) => Refused(text, message);

    [Theory]
    [InlineData("""{"id": 1, "op": "tanhh", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'tanhh'; did you mean 'tanh'?")]
    [InlineData("""{"id": 1, "op": "tahn", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'tahn'; did you mean 'tanh'?")]
    [InlineData("""{"id": 1, "op": "tanh", "parents": [0, 0], "value": 1}""", "trace.jsonl:3: 'tanh' takes 1 parent, but has 2.")]
    [InlineData(
        """{"id": 1, "op": "+", "parents": [0], "value": 1}""",
        "trace.jsonl:3: '+' takes 2 parents, but has 1. An operand that is used twice is written twice."
    )]
    [InlineData("""{"id": 1, "op": "clamp", "parents": [0], "value": 1}""", "trace.jsonl:3: 'clamp' takes 2 settings, but has 0.")]
    [InlineData(
        """{"id": 1, "op": "clamp", "parents": [0], "settings": ["NaN", 1], "value": 1}""",
        "trace.jsonl:3: 'settings' must be finite, but has NaN."
    )]
    [InlineData("""{"id": 1, "op": "**x", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op '**x': write '**' and a number behind it")]
    [InlineData("""{"id": 1, "op": "matmul", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'matmul': write a 'dot' per output")]
    [InlineData("""{"id": 1, "op": "Linear", "parents": [0, 0], "value": 1}""", "trace.jsonl:3: unknown op 'Linear': write a 'dot' per output")]
    [InlineData("""{"id": 1, "op": "MSELoss", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'MSELoss': write 'sub', 'square'")]
    [InlineData("""{"id": 1, "op": "reshape", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'reshape': it computes nothing.")]
    [InlineData("""{"id": 1, "op": "sec", "parents": [0], "value": 1}""", "trace.jsonl:3: unknown op 'sec'. Write the ops that it is made of")]
    [InlineData("""{"id": 1, "op": "neg", "parents": [2], "value": 1}""", "trace.jsonl:3: node 1 has the parent 2, which is in no line before it.")]
    [InlineData("""{"id": 1, "op": "neg", "parents": [1], "value": 1}""", "trace.jsonl:3: node 1 is its own parent.")]
    [InlineData("""{"id": 0, "value": 1}""", "trace.jsonl:3: the id 0 was given before, in line 2.")]
    [InlineData("""{"id": "0", "value": 1}""", "trace.jsonl:3: the id 0 was given before, in line 2.")]
    [InlineData("""{"id": 1.5, "value": 1}""", "trace.jsonl:3: 'id' must hold a text or a whole number.")]
    [InlineData("""{"id": 1}""", "trace.jsonl:3: node 1 has no \"value\".")]
    [InlineData("""{"id": 1, "value": NaN}""", "trace.jsonl:3: this is no JSON")]
    [InlineData("""{"id": 1, "value": "nan"}""", "trace.jsonl:3: 'value' must be a number, \"NaN\", \"Infinity\" or \"-Infinity\".")]
    [InlineData("""{"id": 1, "value": 1e999}""", "trace.jsonl:3: 'value' is beyond a double's range.")]
    [InlineData("""{"id": 1, "value": null}""", "trace.jsonl:3: 'value' must be a number")]
    [InlineData("""{"id": 1, "valeu": 1}""", "trace.jsonl:3: there is no 'valeu'; did you mean 'value'?")]
    [InlineData("""{"id": 1, "grad": 1}""", "trace.jsonl:3: there is no 'grad'; did you mean 'gradient'?")]
    [InlineData("""{"id": 1, "value": 1, "value": 2}""", "trace.jsonl:3: 'value' is given twice.")]
    [InlineData("""{"id": 1, "value": 1, "root": 1}""", "trace.jsonl:3: 'root' does not belong to a line with \"id\" (node)")]
    [InlineData("""{"id": 1, "parents": [0], "value": 1}""", "trace.jsonl:3: node 1 has parents, but no \"op\".")]
    [InlineData("""{"value": 1}""", "trace.jsonl:3: a line must be a node")]
    [InlineData("""[1]""", "trace.jsonl:3: a line must be an object")]
    [InlineData("""{"id": 1, "value": 1} {}""", "trace.jsonl:3: this is no JSON")]
    [InlineData("""{"graph": 1, "root": 9}""", "trace.jsonl:4: the graph before has no nodes.")]
    [InlineData("""{"graph": 1, "upstream": "inf"}""", "trace.jsonl:3: 'upstream' must be a number")]
    public void A_broken_line_is_refused_with_its_number(string line, string message) => Refused(Checked.Graph(Leaf, line), message);

    [Fact]
    public void Reading_one_great_graph_can_be_ended()
    {
        var text = Checked.Header + "\n" + string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"{{\"id\": {i}, \"value\": 1}}"));
        using var source = new CancellationTokenSource();
        var shares = new List<double>();
        Assert.Throws<OperationCanceledException>(() =>
            Checked.Of(
                Encoding.UTF8.GetBytes(text),
                share =>
                {
                    shares.Add(share);
                    source.Cancel();
                },
                source.Token
            )
        );
        Assert.InRange(Assert.Single(shares), 0, 1); // before the end, which is missing, is seen
    }

    [Fact]
    public void A_root_that_is_no_node_is_refused_where_it_is_named() =>
        Refused(Checked.Graph("""{"graph": 1, "root": 9}""", Leaf), "trace.jsonl:2: the root 9 is no node of the graph.");

    [Theory]
    [InlineData("{\"end\": 3}\n", "", "trace.jsonl:2: the file ends without its last line {\"end\": 2}")]
    [InlineData("{\"end\": 2}\n", "{\"end\": 3}\n", "trace.jsonl:3: the end says that 3 lines come before it, but there are 2")]
    [InlineData("{\"end\": 2}\n", "{\"end\": 2}\n{}\n", "trace.jsonl:4: there is something after the end.")]
    [InlineData("2}\n{\"end\": 2}\n", "", "trace.jsonl:2: the file ends in the middle of a line: it is cut off.")]
    public void A_file_that_is_not_whole_is_refused(string old, string broken, string message) =>
        Refused(
            Checked
                .Graph(Leaf)
                .Replace(old, broken, StringComparison.Ordinal)
                .Replace("{\"end\": 2}\n", broken.Length == 0 ? "" : "{\"end\": 2}\n", StringComparison.Ordinal),
            message
        );

    [Fact]
    public void A_line_of_ten_megabytes_is_refused()
    {
        var text = Checked.Graph(Leaf, $$"""{"id": 1, "value": 1, "label": "{{new string('x', 10 << 20)}}"}""");
        Refused(text, "trace.jsonl:3: the line is longer than 8 MiB.");
        Refused(text.Replace("\n", "", StringComparison.Ordinal), "trace.jsonl:1: the line is longer than 8 MiB.");
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Checked.Graph(Leaf, """{"id": 1, "value": 1, "label": "?"}"""));
        bytes[Array.LastIndexOf(bytes, (byte)'?')] = 0xFF;
        var error = Assert.Throws<TraceFormatException>(() => Checked.Of(bytes));
        Assert.StartsWith("trace.jsonl:3: the line is not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step": 2}""", "trace.jsonl:2: there is a step 2, but the first line says that there are 2 \"steps\", counted from 0.")]
    [InlineData("""{"step": -1}""", "trace.jsonl:2: 'step' must be a whole number of 0 or more.")]
    [InlineData("""{"loss": 1}""", "trace.jsonl:2: a line must be a step with a \"step\"")]
    [InlineData("""{"step": 0, "los": 1}""", "trace.jsonl:2: a step has no 'los'; did you mean 'loss'?")]
    [InlineData("""{"step": 0, "loss": [1]}""", "trace.jsonl:2: 'loss' must be a number")]
    [InlineData("""{"step": 0, "outputs": 1}""", "trace.jsonl:2: 'outputs' must be a list of numbers")]
    [InlineData(
        """{"step": 0, "gradients": {"0.wieght": [1]}}""",
        "trace.jsonl:2: 'gradients' has the tensor '0.wieght', which the network has not; did you mean '0.weight'?"
    )]
    [InlineData(
        """{"step": 0, "gradients": {"0.weight": [1]}}""",
        "trace.jsonl:2: '0.weight' of 'gradients' must be a list of 2 numbers, row by row, or have the shape 1 × 2, but has 1."
    )]
    [InlineData(
        """{"step": 0, "gradients": {"0.weight": [[1], [2]]}}""",
        "trace.jsonl:2: '0.weight' of 'gradients' must be a list of 2 numbers, row by row, or have the shape 1 × 2, but has the shape 2 × 1."
    )]
    [InlineData(
        """{"step": 0, "outputs": [[1, 2], [3, 4]]}""",
        "trace.jsonl:2: 'outputs' has the shape 2 × 2, but the network has 1 output: write samples × 1"
    )]
    [InlineData("""{"step": 0, "outputs": [[1], [2, 3]]}""", "trace.jsonl:2: 'outputs' must be a list of numbers")]
    [InlineData("""{"step": 0, "gradients": [1, 2]}""", "trace.jsonl:2: 'gradients' must be an object")]
    [InlineData("""{"step": 0, "parameters": {"0.bias": ["x"]}}""", "trace.jsonl:2: '0.bias' of")]
    [InlineData("""{"step": 0, "learning_rate": "NaN"}""", "trace.jsonl:2: 'learning_rate' must be finite.")]
    [InlineData(
        """{"step": 0, "optimizer": {"exp_avg": {"0.bias": [1]}}}""",
        "trace.jsonl:2: 'optimizer' has 'exp_avg', which PyTorch's sgd does not keep. It keeps momentum_buffer."
    )]
    [InlineData("""{"step": 0, "parameters": {"0.weight": [1, null]}}""", "trace.jsonl:2: '0.weight of parameters' must be a number")]
    public void A_broken_step_is_refused(string line, string message) =>
        Refused(
            string.Join('\n', TrainingHeader, line, "{\"end\": 2}", ""),
            message.Replace("'0.bias' of", "'0.bias of parameters'", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData(
        "adam",
        """{"exp_avgg": {"0.bias": [1]}}""",
        "does not keep; did you mean 'exp_avg'? It keeps exp_avg, exp_avg_sq, step, max_exp_avg_sq."
    )]
    [InlineData("adam", """{"momentum_buffer": {"0.bias": [1]}}""", "'momentum_buffer', which PyTorch's adam does not keep")]
    [InlineData("sgd", """{"step": {"0.bias": [1]}}""", "'step', which PyTorch's sgd does not keep")]
    [InlineData("adam", """{"exp_avg": {"0.bias": [null]}}""", "'0.bias of exp_avg' must be a number")]
    [InlineData("sgd", """{"momentum_buffer": {"0.bias": [1]}}""", null)]
    public void State_that_the_optimizer_does_not_keep_is_refused(string optimizer, string state, string? message)
    {
        var header = TrainingHeader.Replace("\"sgd\"", $"\"{optimizer}\"", StringComparison.Ordinal);
        var trace = string.Join('\n', header, $$"""{"step": 0, "optimizer": {{state}}}""", "{\"end\": 2}", "");
        if (message is not null)
        {
            var error = Assert.Throws<TraceFormatException>(() => Checked.Of(trace));
            Assert.StartsWith("trace.jsonl:2: '", error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            return;
        }

        using var reader = Checked.Open(Encoding.UTF8.GetBytes(trace));
        Assert.Equal([null, null, 1], reader.Training().Steps.Single().Optimizer["momentum_buffer"]);
    }

    [Fact]
    public void Nested_lists_of_the_tensors_shape_are_taken()
    {
        var step = """{"step": 0, "outputs": [[0.1], [0.2], [0.3], [0.4]], "gradients": {"0.weight": [[1, null]], "0.bias": [3]}}""";
        using var reader = Checked.Open(Encoding.UTF8.GetBytes(string.Join('\n', TrainingHeader, step, "{\"end\": 2}", "")));
        var read = reader.Training().Steps.Single();
        Assert.Equal([0.1, 0.2, 0.3, 0.4], read.Outputs!);
        Assert.Equal([1, null, 3], read.Gradients!);
    }

    [Theory]
    [InlineData("\"xor\"", "\"xorr\"", "trace.jsonl:1: 'training': 'data' must be one of")]
    [InlineData("[2, 1]", "[3, 1]", "trace.jsonl:1: 'training': 'sizes' starts with 3 inputs")]
    [InlineData("[2, 1]", "[2, 4000, 4000, 1]", "trace.jsonl:1: 'training': 'sizes' asks for")]
    [InlineData("\"steps\": 2}", "\"steps\": 2}, \"parameters\": {\"0.bias\": [\"NaN\"]}", "trace.jsonl:1: 'parameters' must be finite.")]
    public void A_broken_description_of_the_training_is_refused(string old, string broken, string message)
    {
        var text = string.Join('\n', TrainingHeader.Replace(old, broken, StringComparison.Ordinal), """{"step": 0}""", "{\"end\": 2}", "");
        Refused(text, message.Replace("'training': 'sizes' asks", "'sizes' asks", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_come_in_their_order() =>
        Refused(
            string.Join('\n', TrainingHeader, """{"step": 1}""", """{"step": 1}""", "{\"end\": 3}", ""),
            "trace.jsonl:3: step 1 comes after step 1."
        );

    private static List<GraphTrace> Graphs(string text)
    {
        using var reader = Checked.Open(Encoding.UTF8.GetBytes(text));
        return [.. reader.Graphs()];
    }

    private static void Refused(string text, string message)
    {
        var error = Assert.Throws<TraceFormatException>(() => Checked.Of(text));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
