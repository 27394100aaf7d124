namespace Micrograd;

/// <summary>
/// Gradient clipping and normalization, between backward and the optimizer's step. Parameters without gradient are left alone. Given
/// <see cref="Value"/>s each parameter counts as a tensor of its own; given <see cref="NamedParameter"/>s a norm is taken per tensor first,
/// as PyTorch does, which rounds differently.
/// </summary>
public static class Gradients
{
    /// <summary>PyTorch's <c>clip_grad_value_</c>: keeps every gradient within ±<paramref name="limit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static void ClipByValue(IReadOnlyList<Value> parameters, double limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Require.Positive(limit);
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (parameter.HasGrad)
                parameter.Grad = ClampRule.Forward(parameter.Grad, -limit, limit);
        }
    }

    /// <summary>
    /// libtorch's <c>clip_grad_norm_</c>: multiplies every gradient by maxNorm / (norm + 1e-6), unless that is above 1. (PyTorch's Python
    /// multiplies by a reciprocal instead, which may differ in the last bit.)
    /// </summary>
    /// <param name="parameters">Parameters whose gradients are clipped.</param>
    /// <param name="maxNorm">Maximum total norm, &gt; 0.</param>
    /// <param name="order">The norm's order p, greater than 0; infinity for the greatest absolute value.</param>
    /// <returns>The norm before clipping; 0 where no parameter has a gradient.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> or <paramref name="order"/> is not greater than 0.</exception>
    public static double ClipByNorm(IReadOnlyList<Value> parameters, double maxNorm, double order = 2)
    {
        Require.Positive(maxNorm);
        var norm = Norm(parameters, order);
        Scale(parameters, ClipFactor(norm, maxNorm));
        return norm;
    }

    /// <inheritdoc cref="ClipByNorm(IReadOnlyList{Value}, double, double)"/>
    public static double ClipByNorm(IReadOnlyList<NamedParameter> parameters, double maxNorm, double order = 2)
    {
        Require.Positive(maxNorm);
        var norm = Norm(parameters, order);
        var factor = ClipFactor(norm, maxNorm);
        foreach (var tensor in parameters)
            Scale(tensor.Values, factor);
        return norm;
    }

    /// <summary>
    /// Divides every gradient by the norm of them all, so that their norm becomes 1. Gradients that are all 0 stay so.
    /// </summary>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is not greater than 0.</exception>
    public static double Normalize(IReadOnlyList<Value> parameters, double order = 2)
    {
        var norm = Norm(parameters, order);
        if (norm == 0)
            return norm;
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (parameter.HasGrad)
                parameter.Grad /= norm;
        }

        return norm;
    }

    /// <summary>The norm of the parameters' own norms; 0 where no parameter has a gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not greater than 0.</exception>
    public static double Norm(IReadOnlyList<Value> parameters, double order = 2)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var norms = new NormSum(order);
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].HasGrad)
                norms.Add(parameters[i].Grad);
        }

        return norms.Norm;
    }

    /// <summary>The norm of the tensors' norms; 0 where no parameter has a gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not greater than 0.</exception>
    public static double Norm(IReadOnlyList<NamedParameter> parameters, double order = 2)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var norms = new NormSum(order);
        foreach (var tensor in parameters)
        {
            if (tensor.Values.Any(parameter => parameter.HasGrad))
                norms.Add(OfTensor(tensor.Values, order));
        }

        return norms.Norm;
    }

    private static double OfTensor(IReadOnlyList<Value> elements, double order)
    {
        var norm = new NormSum(order);
        for (var i = 0; i < elements.Count; i++)
            norm.Add(elements[i].Grad);
        return norm.Norm;
    }

    /// <summary>Factor by which clipping by norm multiplies gradients.</summary>
    internal static double ClipFactor(double norm, double maxNorm)
    {
        var factor = maxNorm / (norm + 1e-6);
        return factor > 1 ? 1 : factor;
    }

    private static void Scale(IReadOnlyList<Value> parameters, double factor)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (parameter.HasGrad)
                parameter.Grad *= factor;
        }
    }
}
