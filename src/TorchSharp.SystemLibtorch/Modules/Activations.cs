using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary><c>torch.nn.functional.celu</c> as a module.</summary>
public sealed class CELU : nn.Module<Tensor, Tensor>
{
    private readonly double _alpha;

    internal CELU(double alpha, bool inplace) : base(nameof(CELU))
    {
        _alpha = alpha;
        this.inplace = inplace;
    }

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.celu(tensor, _alpha, inplace);
}

/// <summary><c>torch.nn.functional.elu</c> as a module.</summary>
public sealed class ELU : nn.Module<Tensor, Tensor>
{
    private readonly double _alpha;

    internal ELU(double alpha, bool inplace) : base(nameof(ELU))
    {
        _alpha = alpha;
        this.inplace = inplace;
    }

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.elu(tensor, _alpha, inplace);
}

/// <summary><c>torch.nn.functional.gelu</c> as a module.</summary>
public sealed class GELU : nn.Module<Tensor, Tensor>
{
    internal GELU(bool inplace) : base(nameof(GELU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.gelu(tensor, inplace);
}

/// <summary><c>torch.nn.functional.hardshrink</c> as a module.</summary>
public sealed class Hardshrink : nn.Module<Tensor, Tensor>
{
    private readonly double _lambda;

    internal Hardshrink(double lambda) : base(nameof(Hardshrink)) => _lambda = lambda;

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.hardshrink(tensor, _lambda);
}

/// <summary><c>torch.nn.functional.hardsigmoid</c> as a module.</summary>
public sealed class Hardsigmoid : nn.Module<Tensor, Tensor>
{
    internal Hardsigmoid(bool inplace) : base(nameof(Hardsigmoid)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.hardsigmoid(tensor, inplace);
}

/// <summary><c>torch.nn.functional.hardswish</c> as a module.</summary>
public sealed class Hardswish : nn.Module<Tensor, Tensor>
{
    internal Hardswish(bool inplace) : base(nameof(Hardswish)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.hardswish(tensor, inplace);
}

/// <summary><c>torch.nn.functional.hardtanh</c> as a module.</summary>
public sealed class Hardtanh : nn.Module<Tensor, Tensor>
{
    private readonly double _min_val;
    private readonly double _max_val;

    internal Hardtanh(double min_val, double max_val, bool inplace) : base(nameof(Hardtanh))
    {
        _min_val = min_val;
        _max_val = max_val;
        this.inplace = inplace;
    }

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.hardtanh(tensor, _min_val, _max_val, inplace);
}

/// <summary><c>torch.nn.functional.leaky_relu</c> as a module.</summary>
public sealed class LeakyReLU : nn.Module<Tensor, Tensor>
{
    private readonly double _negative_slope;

    internal LeakyReLU(double negative_slope, bool inplace) : base(nameof(LeakyReLU))
    {
        _negative_slope = negative_slope;
        this.inplace = inplace;
    }

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.leaky_relu(tensor, _negative_slope, inplace);
}

/// <summary><c>torch.nn.functional.logsigmoid</c> as a module.</summary>
public sealed class LogSigmoid : nn.Module<Tensor, Tensor>
{
    internal LogSigmoid() : base(nameof(LogSigmoid))
    {
    }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.logsigmoid(tensor);
}

/// <summary><c>torch.nn.functional.log_softmax</c> as a module.</summary>
public sealed class LogSoftmax : nn.Module<Tensor, Tensor>
{
    private readonly long _dim;

    internal LogSoftmax(long dim) : base(nameof(LogSoftmax)) => _dim = dim;

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.log_softmax(tensor, _dim);
}

/// <summary><c>torch.nn.functional.mish</c> as a module.</summary>
public sealed class Mish : nn.Module<Tensor, Tensor>
{
    internal Mish(bool inplace) : base(nameof(Mish)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.mish(tensor, inplace);
}

/// <summary><c>torch.nn.functional.relu</c> as a module.</summary>
public sealed class ReLU : nn.Module<Tensor, Tensor>
{
    internal ReLU(bool inplace) : base(nameof(ReLU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.relu(tensor, inplace);
}

/// <summary><c>torch.nn.functional.relu6</c> as a module.</summary>
public sealed class ReLU6 : nn.Module<Tensor, Tensor>
{
    internal ReLU6(bool inplace) : base(nameof(ReLU6)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.relu6(tensor, inplace);
}

/// <summary><c>torch.nn.functional.selu</c> as a module.</summary>
public sealed class SELU : nn.Module<Tensor, Tensor>
{
    internal SELU(bool inplace) : base(nameof(SELU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.selu(tensor, inplace);
}

/// <summary><c>torch.nn.functional.silu</c> as a module.</summary>
public sealed class SiLU : nn.Module<Tensor, Tensor>
{
    internal SiLU(bool inplace) : base(nameof(SiLU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.silu(tensor, inplace);
}

/// <summary><c>torch.nn.functional.sigmoid</c> as a module.</summary>
public sealed class Sigmoid : nn.Module<Tensor, Tensor>
{
    internal Sigmoid(bool inplace) : base(nameof(Sigmoid)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.sigmoid(tensor, inplace);
}

/// <summary><c>torch.nn.functional.softmax</c> as a module.</summary>
public sealed class Softmax : nn.Module<Tensor, Tensor>
{
    internal Softmax(long dim) : base(nameof(Softmax)) => this.dim = dim;

    /// <summary>The dimension.</summary>
    public long dim { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softmax(tensor, dim);
}

/// <summary><c>torch.nn.functional.softmin</c> as a module.</summary>
public sealed class Softmin : nn.Module<Tensor, Tensor>
{
    private readonly long _dim;

    internal Softmin(long dim) : base(nameof(Softmin)) => _dim = dim;

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softmin(tensor, _dim);
}

/// <summary><c>torch.nn.functional.softplus</c> as a module.</summary>
public sealed class Softplus : nn.Module<Tensor, Tensor>
{
    private readonly double _beta;
    private readonly double _threshold;

    internal Softplus(double beta, double threshold) : base(nameof(Softplus))
    {
        _beta = beta;
        _threshold = threshold;
    }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softplus(tensor, _beta, _threshold);
}

/// <summary><c>torch.nn.functional.softshrink</c> as a module.</summary>
public sealed class Softshrink : nn.Module<Tensor, Tensor>
{
    private readonly double _lambda;

    internal Softshrink(double lambda) : base(nameof(Softshrink)) => _lambda = lambda;

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softshrink(tensor, _lambda);
}

/// <summary><c>torch.nn.functional.softsign</c> as a module.</summary>
public sealed class Softsign : nn.Module<Tensor, Tensor>
{
    internal Softsign(bool inplace) : base(nameof(Softsign)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softsign(tensor, inplace);
}

/// <summary><c>torch.nn.functional.tanh</c> as a module.</summary>
public sealed class Tanh : nn.Module<Tensor, Tensor>
{
    internal Tanh(bool inplace) : base(nameof(Tanh)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.tanh(tensor, inplace);
}

/// <summary><c>torch.nn.functional.tanhshrink</c> as a module.</summary>
public sealed class Tanhshrink : nn.Module<Tensor, Tensor>
{
    internal Tanhshrink(bool inplace) : base(nameof(Tanhshrink)) => this.inplace = inplace;

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.tanhshrink(tensor, inplace);
}

/// <summary><c>torch.nn.functional.threshold</c> as a module.</summary>
public sealed class Threshold : nn.Module<Tensor, Tensor>
{
    private readonly double _threshold;
    private readonly double _value;

    internal Threshold(double threshold, double value, bool inplace) : base(nameof(Threshold))
    {
        _threshold = threshold;
        _value = value;
        this.inplace = inplace;
    }

    /// <summary>Whether the input itself is overwritten.</summary>
    public bool inplace { get; set; }

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.threshold(tensor, _threshold, _value, inplace);
}
