namespace Micrograd.Tests.Data;

public sealed class CsvDataTests
{
    [Theory]
    [InlineData("1,2,3\n4,5e-1,-6\n")]
    [InlineData("a,b,z\r\n1,2,3\r\n\r\n 4 , .5 , -6")]
    public void Reads_inputs_and_targets(string text)
    {
        var data = CsvData.Read(new StringReader(text));
        Assert.Equal([1, 2, 4, 0.5], data.Inputs.ToArray());
        Assert.Equal([3, -6], data.Targets.ToArray());
    }

    [Fact]
    public void Several_columns_may_be_targets()
    {
        var data = CsvData.Read(new StringReader("1,2,3\n"), targets: 2);
        Assert.Equal([2, 3], data.Target(0).ToArray());
    }

    [Theory]
    [InlineData("", "line 1: there are no samples.")]
    [InlineData("a,b\n", "line 1: there are no samples.")]
    [InlineData("1\n", "line 1: 1 columns are too few for an input and 1 targets.")]
    [InlineData("1,2\n\n1,2,3\n", "line 3: 3 columns, but line 1 has 2.")]
    [InlineData("1,2\n1,x\n", "line 2, column 2: 'x' is no number.")]
    [InlineData("1,x\n", "line 1, column 2: 'x' is no number.")]
    [InlineData("a,b\n1,\n", "line 2, column 2: the field is empty.")]
    [InlineData("1,2\nNaN,1\n", "line 2, column 1: 'NaN' is not finite.")]
    [InlineData("1,1e999\n", "line 1, column 2: '1e999' is not finite.")]
    [InlineData("1;2\n", "line 1: 1 columns are too few for an input and 1 targets.")]
    public void Refuses_anything_else(string text, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => CsvData.Read(new StringReader(text))).Message);

    [Fact]
    public void Takes_NaN_where_it_is_allowed() =>
        Assert.True(double.IsNaN(CsvData.Read(new StringReader("NaN,1\n"), allowNonFinite: true).Input(0)[0]));

    [Fact]
    public void Names_the_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "1,2\n3\n");
            var error = Assert.Throws<InvalidDataException>(() => CsvData.Read(path));
            Assert.Equal($"{path}: line 2: 1 columns, but line 1 has 2.", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
