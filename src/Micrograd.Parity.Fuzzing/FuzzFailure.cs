using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>A program on which the two sides differ, as small as it could be made.</summary>
/// <param name="Name">Its name: <c>fuzz 1/4711</c>, or a file of the corpus.</param>
/// <param name="Kind"><c>fuzz</c> or <c>corpus</c>.</param>
/// <param name="Index">Its index among the seed's programs; for a file its place in the corpus.</param>
/// <param name="Program">The smallest program that differs.</param>
/// <param name="FoundIn">Number of nodes of the program before it was shrunk.</param>
/// <param name="Check">Comparison of both sides on the shrunk program.</param>
/// <param name="Ours">Our trace; null where we have none.</param>
/// <param name="Again">The command that finds it again.</param>
internal sealed record FuzzFailure(string Name, string Kind, long Index, Program Program, int FoundIn, ProgramCheck Check, Trace? Ours, string Again);
