using Micrograd.Parity.Suites;
using Micrograd.Parity.Xunit;

namespace Sample.ForeignEngine.Tests;

/// <summary>The same engine with PyTorch's functions, of which the same bits are demanded.</summary>
public class TorchFunctionsTests() : EngineTests<TorchFunctionsEngine, Number>(EngineDemand.SameBits);
