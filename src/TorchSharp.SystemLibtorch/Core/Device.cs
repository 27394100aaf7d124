namespace TorchSharp;

/// <summary>The kinds of device a tensor can live on.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU = 0,
    /// <summary>NVIDIA's graphics processors.</summary>
    CUDA = 1,
    /// <summary>No storage, only shapes.</summary>
    META = 14,
    /// <summary>Apple's graphics processors.</summary>
    MPS = 13,
}

public static partial class torch
{
    /// <summary>The processor as a device.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>The device of a kind; only the processor is there.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The device that <paramref name="description"/> names: <c>cpu</c>, <c>cuda:0</c>.</summary>
    public static Device device(string description) => new(description);

    /// <summary>A device: where a tensor's elements lie.</summary>
    public class Device
    {
        /// <summary>The device of a kind.</summary>
        public Device(DeviceType type, int index = -1)
        {
            this.type = type;
            this.index = index;
        }

        /// <summary>The device that <paramref name="description"/> names: <c>cpu</c>, <c>cuda:0</c>.</summary>
        public Device(string description)
        {
            ArgumentException.ThrowIfNullOrEmpty(description);
            var parts = description.Split(':');
            type = Enum.Parse<DeviceType>(parts[0], ignoreCase: true);
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
        }

        /// <summary>The kind of device.</summary>
        public DeviceType type { get; }

        /// <summary>Which of its kind, or −1.</summary>
        public int index { get; }

        /// <summary>The device as PyTorch writes it.</summary>
        public override string ToString()
        {
            var name = type switch { DeviceType.CPU => "cpu", DeviceType.CUDA => "cuda", DeviceType.MPS => "mps", _ => "meta" };
            return index < 0 ? name : $"{name}:{index}";
        }
    }

    /// <summary>Refuses any device that the installed libtorch does not have.</summary>
    internal static void OnCpu(Device? device)
    {
        if (device is not null && device.type != DeviceType.CPU)
            throw new NotSupportedException($"Only the processor is there, not '{device}'.");
    }
}
