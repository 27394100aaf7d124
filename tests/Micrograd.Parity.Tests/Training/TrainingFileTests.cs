using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Training;

public class TrainingFileTests
{
    private const string Right = """
        {
          "sizes": [2, 4, 1],
          "activations": ["tanh", "linear"],
          "data": "xor",
          "loss": "mse_loss",
          "optimizer": { "kind": "sgd", "lr": 0.1 },
          "steps": 3
        }
        """;

    [Fact]
    public void What_is_not_given_has_its_documented_value()
    {
        var spec = TrainingFile.Parse(Right, AllParts.Default, "mine");
        Assert.Equal("mine", spec.Name);
        Assert.Equal(1337, spec.Seed);
        Assert.True(spec.Bias);
        Assert.True(spec.ClearGradients);
        Assert.Null(spec.Clip);
        Assert.Null(spec.BatchSize);
        Assert.Equal(0, spec.Optimizer["momentum"]);
        Assert.Equal("mean", spec.Loss.Word("reduction"));
    }

    [Fact]
    public void One_activation_is_for_all_layers() =>
        Assert.Equal(["relu", "relu"], TrainingFile.Parse(Changed("[\"tanh\", \"linear\"]", "\"relu\""), AllParts.Default).Activations);

    [Theory]
    [InlineData("\"sizes\"", "\"size\"", "line 2: a training file has no 'size'; did you mean 'sizes'?")]
    [InlineData("\"lr\"", "\"lrr\"", "line 6: optimizer sgd has no 'lrr'; did you mean 'lr'?")]
    [InlineData("\"lr\": 0.1", "\"lr\": -0.1", "line 6: 'lr' must be a number of 0 or more, but is -0.1.")]
    [InlineData("\"lr\": 0.1", "\"lr\": \"fast\"", "line 6: 'lr' must be a number of 0 or more, but is \"fast\".")]
    [InlineData(", \"lr\": 0.1", "", "line 6: optimizer sgd needs 'lr', which is missing.")]
    [InlineData("\"lr\": 0.1", "\"lr\": 0.1, \"nesterov\": true", "line 6: \"nesterov\" needs a momentum and no dampening.")]
    [InlineData(
        "\"kind\": \"sgd\"",
        "\"kind\": \"sdg\"",
        "line 6: 'optimizer' must be one of sgd, adam, adamw, rmsprop, adagrad, but is \"sdg\"; did you mean 'sgd'?"
    )]
    [InlineData("\"kind\": \"sgd\", ", "", "line 6: 'optimizer' has no \"kind\"")]
    [InlineData("{ \"kind\": \"sgd\", \"lr\": 0.1 }", "7", "line 6: 'optimizer' must be a name or an object with a \"kind\", but is 7.")]
    [InlineData("\"tanh\", \"linear\"", "\"tanh\"", "line 3: 'activations' has 1 entries, but there are 2 layers.")]
    [InlineData("\"linear\"", "\"liner\"", "line 3: 'activations' must be one of linear, relu,")]
    [InlineData("[2, 4, 1]", "[2, 0, 1]", "line 2: 'sizes' must be a whole number of 1 or more, but is 0.")]
    [InlineData("[2, 4, 1]", "[2, 1.5, 1]", "line 2: 'sizes' must be a whole number of 1 or more, but is 1.5.")]
    [InlineData("[2, 4, 1]", "[2]", "line 2: 'sizes' must be a list of two or more whole numbers")]
    [InlineData("\"steps\": 3", "\"steps\": 0", "line 7: 'steps' must be a whole number of 1 or more, but is 0.")]
    [InlineData("\"steps\": 3", "\"steps\": 1e30", "line 7: 'steps' must be")]
    [InlineData("\"steps\": 3", "\"bias\": \"no\", \"steps\": 3", "line 7: 'bias' must be true or false, but is \"no\".")]
    [InlineData("\"steps\": 3", "\"steps\": 3, \"steps\": 4", "line 7: 'steps' is given twice.")]
    [InlineData("\"loss\": \"mse_loss\"", "\"loss\": \"binary_cross_entropy\"", "line 5: binary_cross_entropy takes probabilities")]
    [InlineData("\"xor\"", "{ \"kind\": \"csv\", \"path\": \"nowhere.csv\" }", "line 4: there is no file nowhere.csv.")]
    [InlineData(
        "\"xor\"",
        "{ \"kind\": \"inline\", \"inputs\": [[1, 2], [3]], \"targets\": [[1], [2]] }",
        "line 4: 'inputs' must be rows of numbers, equally long: this row has 1 numbers, the first 2."
    )]
    [InlineData(
        "\"xor\"",
        "{ \"kind\": \"inline\", \"inputs\": [[1, 2]], \"targets\": [[1], [2]] }",
        "line 4: there are 1 rows of inputs, but 2 rows of targets."
    )]
    [InlineData("\"loss\": \"mse_loss\",", "\"loss\" \"mse_loss\",", "line 5: this is no JSON")]
    [InlineData(
        "\"steps\"",
        "\"groups\": [{ \"of\": \"biass\" }], \"steps\"",
        "line 7: 'of' must be one of 0.weight, 0.bias, 2.weight, 2.bias, weight, bias"
    )]
    [InlineData("\"steps\"", "\"groups\": [{ \"lr\": 1 }], \"steps\"", "line 7: a group needs 'of', which is missing.")]
    [InlineData("\"steps\"", "\"groups\": [{ \"of\": \"bias\", \"lrr\": 1 }], \"steps\"", "line 7: a group has no 'lrr'; did you mean 'lr'?")]
    [InlineData("\"steps\"", "\"groups\": 1, \"steps\"", "line 7: 'groups' must be a list of objects")]
    [InlineData(
        "\"steps\"",
        "\"dropout\": [0.5], \"steps\"",
        "line 7: 'dropout' must be a list with a probability for each of the 2 layers; 0 for none."
    )]
    [InlineData("\"steps\"", "\"dropout\": [1, 0], \"steps\"", "line 7: 'dropout' must be a number of 0 or more and below 1, but is 1.")]
    [InlineData("\"steps\"", "\"micro_batches\": 0, \"steps\"", "line 7: 'micro_batches' must be a whole number of 1 or more")]
    [InlineData("\"steps\"", "\"init\": [\"uniform\"], \"steps\"", "line 7: 'init' has 1 entries, but there are 2 layers.")]
    [InlineData("\"steps\"", "\"init\": { \"kind\": \"given\", \"weight\": [[1]] }, \"steps\"", "line 7: 'init' given is of one layer")]
    [InlineData(
        "\"steps\"",
        "\"init\": [\"uniform\", { \"kind\": \"given\", \"weight\": [[1]] }], \"steps\"",
        "line 7: 'weight' of the layer must be 1 × 4 numbers, but is 1 × 1."
    )]
    public void A_mistake_is_told_with_its_line(string right, string wrong, string message)
    {
        var error = Assert.Throws<TrainingFileException>(() => TrainingFile.Parse(Changed(right, wrong), AllParts.Default));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1:")]
    [InlineData("[]", "line 1: a training file must be an object, but this is a list.")]
    [InlineData("{}", "line 1: a training file needs 'sizes', which is missing.")]
    [InlineData("{", "line 1: this is no JSON")]
    public void What_is_no_training_file_at_all(string text, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<TrainingFileException>(() => TrainingFile.Parse(text, AllParts.Default)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("[2, 4, 1]", "[3, 4, 1]", "line 2: 'sizes' starts with 3 inputs, but the data xor has 2.")]
    [InlineData("[2, 4, 1]", "[2, 4, 2]", "line 2: 'sizes' ends with 2 outputs, but the data xor has 1 targets a sample.")]
    [InlineData(
        "\"mse_loss\"",
        "\"cross_entropy\"",
        "line 5: cross_entropy needs an output for each class: 'sizes' ends with 1, but there is a class 1."
    )]
    public void Data_and_network_must_fit(string right, string wrong, string message)
    {
        var error = Assert.Throws<TrainingFileException>(() => AnyMlp.Run(TrainingFile.Parse(Changed(right, wrong), AllParts.Default)));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void The_file_s_path_is_told()
    {
        var error = Assert.Throws<InputFileException>(() => TrainingFile.Read("/nowhere/x.json", AllParts.Default));
        Assert.StartsWith("/nowhere/x.json: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_documentation_has_every_kind_and_setting()
    {
        var document = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "training-file.md"));
        Assert.All(AllParts.Default.Describe(), line => Assert.Contains(line, document));
    }

    private static string Changed(string right, string wrong)
    {
        Assert.Contains(right, Right, StringComparison.Ordinal);
        return Right.Replace(right, wrong, StringComparison.Ordinal);
    }
}
