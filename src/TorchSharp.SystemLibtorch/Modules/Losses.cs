using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A loss: what an output and its target differ by.</summary>
public abstract class Loss<T1, T2, TResult> : nn.Module<T1, T2, TResult>
{
    internal Loss(string name, nn.Reduction reduction) : base(name) => this.reduction = reduction;

    /// <summary>What becomes of the elements' losses.</summary>
    public nn.Reduction reduction { get; }
}

/// <summary><c>torch.nn.functional.mse_loss</c> as a module.</summary>
public sealed class MSELoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with a reduction.</summary>
    public MSELoss(nn.Reduction reduction = nn.Reduction.Mean) : base(nameof(MSELoss), reduction)
    {
    }

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.mse_loss(input, target, reduction: reduction);
}

/// <summary><c>torch.nn.functional.l1_loss</c> as a module.</summary>
public sealed class L1Loss : Loss<Tensor, Tensor, Tensor>
{
    internal L1Loss(nn.Reduction reduction) : base(nameof(L1Loss), reduction)
    {
    }

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.l1_loss(input, target, reduction: reduction);
}

/// <summary><c>torch.nn.functional.smooth_l1_loss</c> as a module.</summary>
public sealed class SmoothL1Loss : Loss<Tensor, Tensor, Tensor>
{
    private readonly double _beta;

    internal SmoothL1Loss(nn.Reduction reduction, double beta) : base(nameof(SmoothL1Loss), reduction) => _beta = beta;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.smooth_l1_loss(input, target, reduction: reduction, beta: _beta);
}

/// <summary><c>torch.nn.functional.huber_loss</c> as a module.</summary>
public sealed class HuberLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly double _delta;

    internal HuberLoss(double delta, nn.Reduction reduction) : base(nameof(HuberLoss), reduction) => _delta = delta;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.huber_loss(input, target, delta: _delta, reduction: reduction);
}

/// <summary><c>torch.nn.functional.soft_margin_loss</c> as a module.</summary>
public sealed class SoftMarginLoss : Loss<Tensor, Tensor, Tensor>
{
    internal SoftMarginLoss(nn.Reduction reduction) : base(nameof(SoftMarginLoss), reduction)
    {
    }

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.soft_margin_loss(input, target, reduction: reduction);
}

/// <summary><c>torch.nn.functional.binary_cross_entropy</c> as a module.</summary>
public sealed class BCELoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly Tensor? _weight;

    internal BCELoss(Tensor? weight, nn.Reduction reduction) : base(nameof(BCELoss), reduction) => _weight = weight;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.binary_cross_entropy(input, target, weight: _weight, reduction: reduction);
}

/// <summary><c>torch.nn.functional.binary_cross_entropy_with_logits</c> as a module.</summary>
public sealed class BCEWithLogitsLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly Tensor? _weight;
    private readonly Tensor? _pos_weights;

    internal BCEWithLogitsLoss(Tensor? weight, nn.Reduction reduction, Tensor? pos_weights) : base(nameof(BCEWithLogitsLoss), reduction)
    {
        _weight = weight;
        _pos_weights = pos_weights;
    }

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.binary_cross_entropy_with_logits(input, target, weight: _weight, reduction: reduction, pos_weights: _pos_weights);
}

/// <summary><c>torch.nn.functional.nll_loss</c> as a module.</summary>
public sealed class NLLLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly Tensor? _weight;

    internal NLLLoss(Tensor? weight, nn.Reduction reduction) : base(nameof(NLLLoss), reduction) => _weight = weight;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.nll_loss(input, target, weight: _weight, reduction: reduction);
}

/// <summary><c>torch.nn.functional.cross_entropy</c> as a module.</summary>
public sealed class CrossEntropyLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly Tensor? _weight;
    private readonly long? _ignore_index;

    internal CrossEntropyLoss(Tensor? weight, long? ignore_index, nn.Reduction reduction) : base(nameof(CrossEntropyLoss), reduction)
    {
        _weight = weight;
        _ignore_index = ignore_index;
    }

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.cross_entropy(input, target, weight: _weight, ignore_index: _ignore_index ?? -100, reduction: reduction);
}

/// <summary><c>torch.nn.functional.hinge_embedding_loss</c> as a module.</summary>
public sealed class HingeEmbeddingLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly double _margin;

    internal HingeEmbeddingLoss(double margin, nn.Reduction reduction) : base(nameof(HingeEmbeddingLoss), reduction) => _margin = margin;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.hinge_embedding_loss(input, target, margin: _margin, reduction: reduction);
}

/// <summary><c>torch.nn.functional.kl_div</c> as a module.</summary>
public sealed class KLDivLoss : Loss<Tensor, Tensor, Tensor>
{
    private readonly bool _log_target;

    internal KLDivLoss(bool log_target, nn.Reduction reduction) : base(nameof(KLDivLoss), reduction) => _log_target = log_target;

    /// <summary>The loss of an input against a target.</summary>
    public override Tensor forward(Tensor input, Tensor target) =>
        nn.functional.kl_div(input, target, log_target: _log_target, reduction: reduction);
}
