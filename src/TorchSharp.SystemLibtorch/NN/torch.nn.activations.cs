using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary><c>torch.nn.functional.celu</c> as a module.</summary>
        public static CELU CELU(double alpha = 1, bool inplace = false) => new(alpha, inplace);

        /// <summary><c>torch.nn.functional.elu</c> as a module.</summary>
        public static ELU ELU(double alpha = 1, bool inplace = false) => new(alpha, inplace);

        /// <summary><c>torch.nn.functional.gelu</c> as a module.</summary>
        public static GELU GELU() => new(false);

        /// <summary><c>torch.nn.functional.gelu</c> as a module.</summary>
        public static GELU GELU(bool inplace) => new(inplace);

        /// <summary><c>torch.nn.functional.hardshrink</c> as a module.</summary>
        public static Hardshrink Hardshrink(double lambda = 0.5) => new(lambda);

        /// <summary><c>torch.nn.functional.hardsigmoid</c> as a module.</summary>
        public static Hardsigmoid Hardsigmoid(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.hardswish</c> as a module.</summary>
        public static Hardswish Hardswish(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.hardtanh</c> as a module.</summary>
        public static Hardtanh Hardtanh(double min_val = -1, double max_val = 1, bool inplace = false) => new(min_val, max_val, inplace);

        /// <summary><c>torch.nn.functional.leaky_relu</c> as a module.</summary>
        public static LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

        /// <summary><c>torch.nn.functional.logsigmoid</c> as a module.</summary>
        public static LogSigmoid LogSigmoid() => new();

        /// <summary><c>torch.nn.functional.log_softmax</c> as a module.</summary>
        public static LogSoftmax LogSoftmax(long dim) => new(dim);

        /// <summary><c>torch.nn.functional.mish</c> as a module.</summary>
        public static Mish Mish() => new(false);

        /// <summary><c>torch.nn.functional.mish</c> as a module.</summary>
        public static Mish Mish(bool inplace) => new(inplace);

        /// <summary><c>torch.nn.functional.relu</c> as a module.</summary>
        public static ReLU ReLU(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.relu6</c> as a module.</summary>
        public static ReLU6 ReLU6(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.selu</c> as a module.</summary>
        public static SELU SELU(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.silu</c> as a module.</summary>
        public static SiLU SiLU() => new(false);

        /// <summary><c>torch.nn.functional.silu</c> as a module.</summary>
        public static SiLU SiLU(bool inplace) => new(inplace);

        /// <summary><c>torch.nn.functional.sigmoid</c> as a module.</summary>
        public static Sigmoid Sigmoid() => new(false);

        /// <summary><c>torch.nn.functional.sigmoid</c> as a module.</summary>
        public static Sigmoid Sigmoid(bool inplace) => new(inplace);

        /// <summary><c>torch.nn.functional.softmax</c> as a module.</summary>
        public static Softmax Softmax(long dim) => new(dim);

        /// <summary><c>torch.nn.functional.softmin</c> as a module.</summary>
        public static Softmin Softmin(long dim) => new(dim);

        /// <summary><c>torch.nn.functional.softplus</c> as a module.</summary>
        public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

        /// <summary><c>torch.nn.functional.softshrink</c> as a module.</summary>
        public static Softshrink Softshrink(double lambda = 0.5) => new(lambda);

        /// <summary><c>torch.nn.functional.softsign</c> as a module.</summary>
        public static Softsign Softsign() => new(false);

        /// <summary><c>torch.nn.functional.softsign</c> as a module.</summary>
        public static Softsign Softsign(bool inplace) => new(inplace);

        /// <summary><c>torch.nn.functional.tanh</c> as a module.</summary>
        public static Tanh Tanh() => new(false);

        /// <summary><c>torch.nn.functional.tanh</c> as a module.</summary>
        public static Tanh Tanh(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.tanhshrink</c> as a module.</summary>
        public static Tanhshrink Tanhshrink() => new(false);

        /// <summary><c>torch.nn.functional.tanhshrink</c> as a module.</summary>
        public static Tanhshrink Tanhshrink(bool inplace = false) => new(inplace);

        /// <summary><c>torch.nn.functional.threshold</c> as a module.</summary>
        public static Threshold Threshold(double threshold, double value, bool inplace = false) => new(threshold, value, inplace);
    }
}
