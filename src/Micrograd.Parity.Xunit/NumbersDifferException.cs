using Micrograd.Parity.Comparing;

// xunit shows what is of its namespace by the message alone, as it shows failed assertions.
namespace Xunit.Sdk;

/// <summary>A comparison in which numbers differ by more than rounding.</summary>
internal sealed class NumbersDifferException(ParityException found) : Exception(found.Message), IAssertionException;

/// <summary>The name by which xunit knows assertions that are not its own.</summary>
internal interface IAssertionException;
