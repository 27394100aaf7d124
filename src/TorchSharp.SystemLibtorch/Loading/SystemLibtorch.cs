using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.SystemLibtorch;

/// <summary>The installed libtorch and the bridge to it, which is loaded, and outside of the repository compiled, when first used.</summary>
public static class SystemLibtorch
{
    /// <summary>The environment variable that names the bridge's library, before any recorded path.</summary>
    public const string PathVariable = "PARITY_BRIDGE";

    /// <summary>The file that <c>native/build.sh</c> leaves, looked for from the program's folder upwards.</summary>
    public const string RecordedPath = "artifacts/native/bridge.path";

    internal const string Bridge = "bridge";

    private static readonly Lazy<nint> s_library = new(Load);
    private static readonly Lazy<string> s_path = new(Find, LazyThreadSafetyMode.PublicationOnly);

    static SystemLibtorch() => NativeLibrary.SetDllImportResolver(
        typeof(SystemLibtorch).Assembly, static (name, _, _) => name == Bridge ? s_library.Value : 0);

    /// <summary>The version of the libtorch whose headers the bridge was compiled with, such as <c>1.13.0</c>.</summary>
    /// <exception cref="DllNotFoundException">There is no bridge, or it does not load.</exception>
    public static unsafe string Version => Text(TorchSharp.Native.bridge_version());

    /// <summary>
    /// The instruction set of libtorch's kernels in this process: <c>NO AVX</c> (its name for the plain kernels), <c>AVX2</c>,
    /// <c>AVX512</c>.
    /// </summary>
    /// <exception cref="DllNotFoundException">There is no bridge, or it does not load.</exception>
    public static unsafe string CpuCapability => Text(TorchSharp.Native.bridge_cpu_capability());

    /// <summary>The path of the bridge's library.</summary>
    /// <exception cref="DllNotFoundException">Nothing lies where it is named or recorded, or it cannot be compiled.</exception>
    public static string LibraryPath => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named
        ? Existing(named, $"the environment variable {PathVariable}")
        : s_path.Value;

    internal static void Register()
    {
    }

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static nint Load()
    {
        var path = LibraryPath;
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"The bridge to libtorch at '{path}' does not load: {e.Message} Build it anew with native/build.sh.", e);
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var record = Path.Combine(folder.FullName, RecordedPath);
            if (File.Exists(record))
                return Existing(File.ReadAllText(record).Trim(), record);
        }

        return BridgeBuild.Run();
    }

    private static string Existing(string path, string source) => File.Exists(path)
        ? path
        : throw new DllNotFoundException(
            $"The bridge to libtorch is not at '{path}', which {source} names. Run src/TorchSharp.SystemLibtorch/native/build.sh.");
}
