using System.CommandLine;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Tools;

var root = new RootCommand("What maintainers need in the repository, by ./parity.") { BenchCommand.Create(), NewOpCommand.Create() };
return await CommandLine.Run(root, args);
