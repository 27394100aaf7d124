using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Micrograd;

/// <summary>
/// The C library's elementary functions that .NET lacks or computes in another way (<c>double.ExpM1</c>, <c>LogP1</c> and
/// <c>Exp2</c> lose digits that the C library keeps). PyTorch's plain kernels call the same functions.
/// </summary>
/// <remarks>
/// Taken from the platform's C library: glibc or musl on Linux, libSystem on macOS, the universal C runtime on Windows. A platform
/// with none of them (the browser) gets a <see cref="PlatformNotSupportedException"/> at the first use of one of these functions.
/// </remarks>
[SuppressMessage("Interoperability", "CA1401:P/Invokes should not be visible", Justification = "Functions of numbers: there is nothing to guard.")]
public static partial class CMath
{
    private const string Library = "c-math";

    private static readonly string[] Candidates =
        OperatingSystem.IsWindows() ? ["ucrtbase.dll"]
        : OperatingSystem.IsMacOS() ? ["/usr/lib/libSystem.dylib"]
        : ["libm.so.6", "libm.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

    static CMath() => NativeLibrary.SetDllImportResolver(typeof(CMath).Assembly, Resolve);

    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    [LibraryImport(Library, EntryPoint = "expm1"), SuppressGCTransition]
    public static partial double Expm1(double x);

    /// <summary>log(1 + x), without cancellation near 0.</summary>
    [LibraryImport(Library, EntryPoint = "log1p"), SuppressGCTransition]
    public static partial double Log1p(double x);

    /// <summary>2ˣ.</summary>
    [LibraryImport(Library, EntryPoint = "exp2"), SuppressGCTransition]
    public static partial double Exp2(double x);

    /// <summary>The error function.</summary>
    [LibraryImport(Library, EntryPoint = "erf"), SuppressGCTransition]
    public static partial double Erf(double x);

    /// <summary>1 − erf(x), without cancellation for large x.</summary>
    [LibraryImport(Library, EntryPoint = "erfc"), SuppressGCTransition]
    public static partial double Erfc(double x);

    /// <summary>√(x² + y²), without overflow on the way.</summary>
    [LibraryImport(Library, EntryPoint = "hypot"), SuppressGCTransition]
    public static partial double Hypot(double x, double y);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (var candidate in Candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        throw new PlatformNotSupportedException(
            $"No C library with erf, expm1, log1p, exp2 and hypot was found on {RuntimeInformation.OSDescription} "
                + $"(looked for {string.Join(", ", Candidates)})."
        );
    }
}
