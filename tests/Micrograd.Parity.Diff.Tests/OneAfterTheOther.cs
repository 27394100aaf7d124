using Xunit.Sdk;
using Xunit.v3;

// PyTorch has one generator of random numbers and one number of threads for all: tests that set them take turns.
[assembly: Parallelization(Mode = ParallelMode.None)]
