namespace TorchSharp;

/// <summary>Conversions of modules that keep their type.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>Converts the module's parameters and floating-point buffers to another type.</summary>
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        module.Convert(type);
        return module;
    }
}
