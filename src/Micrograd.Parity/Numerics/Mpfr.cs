using System.Reflection;
using System.Runtime.InteropServices;

namespace Micrograd.Parity.Numerics;

/// <summary>The GNU MPFR library, version 4: correctly rounded arithmetic and functions of any precision.</summary>
internal static unsafe partial class Mpfr
{
    private const string Library = "mpfr";

    private static readonly string[] s_candidates =
        OperatingSystem.IsWindows() ? ["libmpfr-6.dll", "mpfr-6.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpfr.6.dylib", "/opt/homebrew/lib/libmpfr.6.dylib", "/usr/local/lib/libmpfr.6.dylib"]
        : ["libmpfr.so.6"];

    private static readonly Lazy<nint> s_found = new(Find);
    private static readonly Lazy<nint> s_library = new(Load);

    static Mpfr() => NativeLibrary.SetDllImportResolver(typeof(Mpfr).Assembly, Resolve);

    /// <summary>True if the library is installed.</summary>
    internal static bool IsInstalled => s_found.Value != 0;

    /// <summary>The library's version.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    internal static string Version => Marshal.PtrToStringUTF8(GetVersion()) ?? "unknown";

    [LibraryImport(Library, EntryPoint = "mpfr_get_version")]
    private static partial nint GetVersion();

    [LibraryImport(Library, EntryPoint = "mpfr_set_d")]
    internal static partial int Set(Raw* result, double x, int rounding);

    [LibraryImport(Library, EntryPoint = "mpfr_get_d")]
    internal static partial double Get(Raw* x, int rounding);

    [LibraryImport(Library, EntryPoint = "mpfr_cmp_d")]
    internal static partial int Compare(Raw* x, double y);

    [LibraryImport(Library, EntryPoint = "mpfr_less_p")]
    internal static partial int IsLess(Raw* x, Raw* y);

    [LibraryImport(Library, EntryPoint = "mpfr_lessequal_p")]
    internal static partial int IsLessOrEqual(Raw* x, Raw* y);

    [LibraryImport(Library, EntryPoint = "mpfr_equal_p")]
    internal static partial int IsEqual(Raw* x, Raw* y);

    [LibraryImport(Library, EntryPoint = "mpfr_const_pi")]
    internal static partial int Pi(Raw* result, int rounding);

    [LibraryImport(Library, EntryPoint = "mpfr_const_log2")]
    internal static partial int LogOfTwo(Raw* result, int rounding);

    /// <summary>A function's entry by MPFR's name; all of them are called alike.</summary>
    internal static nint Entry(string name) => NativeLibrary.GetExport(s_library.Value, name);

    private static nint Find() =>
        s_candidates.Select(c => NativeLibrary.TryLoad(c, out var handle) ? handle : 0).FirstOrDefault(handle => handle != 0);

    private static nint Load() =>
        s_found.Value is not 0 and var handle
            ? handle
            : throw new DllNotFoundException(
                $"GNU MPFR 4, which gives the exact values, is not installed (looked for {string.Join(", ", s_candidates)}). "
                    + "Debian, Ubuntu: apt-get install libmpfr6; macOS: brew install mpfr."
            );

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? s_library.Value : 0;

    /// <summary>A number as MPFR sees it (<c>mpfr_t</c>). The digits are ours: MPFR's interface for custom allocation allows that.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Raw
    {
        internal CLong Precision;
        internal int Sign;
        internal CLong Exponent;
        internal ulong* Digits;
    }
}
