namespace Micrograd.Parity.Comparing;

/// <summary>An op's samples, to be plotted.</summary>
/// <param name="Curve">The op along its first operand.</param>
/// <param name="Kinks">An op of one or two operands at its kinks and the floats beside them; null where it has none.</param>
internal sealed record OpFigures(Samples Curve, Samples? Kinks) : ItemDetail;

/// <summary>Numbers that PyTorch gives otherwise for a 0-dim tensor than for a vector.</summary>
/// <param name="Count">Number of them.</param>
/// <param name="Examples">The first of them in words.</param>
internal sealed record TorchDisagreement(long Count, IReadOnlyList<string> Examples) : ItemDetail;

/// <summary>Details of ops and programs by their names.</summary>
internal static class ItemFigures
{
    extension(ItemResult item)
    {
        /// <summary>The op along its first operand; null where no figures were asked for.</summary>
        public Samples? Curve => item.Detail<OpFigures>()?.Curve;

        /// <summary>The op at its kinks; null where it has none or no figures were asked for.</summary>
        public Samples? Kinks => item.Detail<OpFigures>()?.Kinks;

        /// <summary>A program's nodes on its own numbers; null where no figures were asked for.</summary>
        public ProgramGraph? Graph => item.Detail<ProgramGraph>();

        /// <summary>Numbers that PyTorch gives otherwise for a vector.</summary>
        public TorchDisagreement TorchAgainstItself => item.Detail<TorchDisagreement>() ?? s_none;
    }

    private static readonly TorchDisagreement s_none = new(0, []);
}
