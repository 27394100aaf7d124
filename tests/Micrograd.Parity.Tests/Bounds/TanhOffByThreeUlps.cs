using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>The engine's default set with a mistake in one function.</summary>
internal sealed class TanhOffByThreeUlps : ElementaryFunctions
{
    public override double Tanh(double x) => Ulps.Step(Math.Tanh(x), 3);
}
