namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The matrix product; vectors and batches as PyTorch has it.</summary>
        public unsafe Tensor matmul(Tensor target) => Op.Binary(&Native.t_matmul, this, target);

        /// <summary>The product of two matrices.</summary>
        public unsafe Tensor mm(Tensor target) => Op.Binary(&Native.t_mm, this, target);

        /// <summary>The product of a matrix and a vector.</summary>
        public unsafe Tensor mv(Tensor target) => Op.Binary(&Native.t_mv, this, target);

        /// <summary>The sum of the products of two vectors' elements.</summary>
        public unsafe Tensor dot(Tensor target) => Op.Binary(&Native.t_dot, this, target);

        /// <summary>The product of each element with each of another vector.</summary>
        public unsafe Tensor outer(Tensor vec2) => Op.Binary(&Native.t_outer, this, vec2);
    }
}
