using System.Runtime.InteropServices;
using Micrograd.Parity.Engines.Torch;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

/// <summary>The bounds hold for other kernels and other numbers of threads.</summary>
[Trait("Speed", "slow")]
public sealed class KernelTests
{
    private const int Draws = 40;

    static KernelTests() => Drawn.Load();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Enable(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);

    [Theory]
    [InlineData("Linear")]
    [InlineData("LayerNorm")]
    [InlineData("BatchNorm2d")]
    [InlineData("Softmax")]
    [InlineData("GELU")]
    [InlineData("Embedding")]
    public void Without_oneDNN_and_on_one_thread(string kind) => Run(d => ModuleBoundsTests.Draw(kind, d));

    [Theory]
    [InlineData("Conv1d")]
    [InlineData("Conv2d")]
    [InlineData("ConvTranspose2d")]
    [InlineData("AvgPool2d")]
    [InlineData("LSTM")]
    [InlineData("MultiheadAttention")]
    public void Windows_without_oneDNN_and_on_one_thread(string kind) => Run(d => WindowBoundsTests.Draw(kind, d));

    private static void Run(Func<Drawn, Computed> draw)
    {
        var context = Function<GlobalContext>("_ZN2at13globalContextEv")();
        var oneDnn = Function<Enable>("_ZN2at7Context20setUserEnabledMkldnnEb");
        var threads = get_num_threads();
        try
        {
            oneDnn(context, false);
            set_num_threads(threads == 1 ? 3 : 1);
            for (var i = 0; i < Draws; i++)
            {
                using var work = TorchWork.Begin();
                var complaints = draw(new Drawn(25, i)).Complaints();
                Assert.True(complaints.Count == 0, $"draw {i}: {string.Join("; ", complaints)}");
            }
        }
        finally
        {
            oneDnn(context, true);
            set_num_threads(threads);
        }
    }

    private static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(TorchFiles.Libtorch, name));
}
