namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the elements' losses.</summary>
        public enum Reduction
        {
            /// <summary>They stay as they are.</summary>
            None = 0,
            /// <summary>Their mean.</summary>
            Mean = 1,
            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        public static partial class functional
        {
            /// <summary>The squared differences.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_mse_loss(Op.In(input), Op.In(target), (int)reduction), input, target);

            /// <summary>The absolute differences.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_l1_loss(Op.In(input), Op.In(target), (int)reduction), input, target);

            /// <summary>
            /// Half the squared differences over <paramref name="beta"/> within ±<paramref name="beta"/>, the absolute ones less half
            /// <paramref name="beta"/> beyond.
            /// </summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
                Op.New(Native.t_smooth_l1_loss(Op.In(input), Op.In(target), (int)reduction, beta), input, target);

            /// <summary>
            /// Half the squared differences within ±<paramref name="delta"/>, a line of slope <paramref name="delta"/> beyond.
            /// </summary>
            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_huber_loss(Op.In(input), Op.In(target), (int)reduction, delta), input, target);

            /// <summary>log(1 + exp(−target · input)).</summary>
            public static Tensor soft_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_soft_margin_loss(Op.In(input), Op.In(target), (int)reduction), input, target);

            /// <summary>The cross entropy of probabilities; a logarithm is held at −100.</summary>
            public static Tensor binary_cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Op.New(
                    Native.t_binary_cross_entropy(Op.In(input), Op.In(target), Op.Maybe(weight), (int)reduction), input, target, weight);

            /// <summary>The cross entropy of probabilities that are given before their sigmoid.</summary>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
            {
                var loss = Native.t_binary_cross_entropy_with_logits(
                    Op.In(input), Op.In(target), Op.Maybe(weight), (int)reduction, Op.Maybe(pos_weights));
                GC.KeepAlive(pos_weights);
                return Op.New(loss, input, target, weight);
            }

            /// <summary>The cross entropy of classes (or probabilities of them) that are given before their softmax.</summary>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                Op.New(
                    Native.t_cross_entropy(
                        Op.In(input), Op.In(target), Op.Maybe(weight), ignore_index, (int)reduction, label_smoothing),
                    input,
                    target,
                    weight);

            /// <summary>The negated logarithms of the probabilities of the right classes.</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_nll_loss(Op.In(input), Op.In(target), Op.Maybe(weight), (int)reduction), input, target, weight);

            /// <summary>
            /// The Kullback–Leibler divergence; the input is a logarithm, the target too if <paramref name="log_target"/>.
            /// </summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_kl_div(Op.In(input), Op.In(target), Native.Flag(log_target), (int)reduction), input, target);

            /// <summary>The input where the target is 1, and (margin − input)₊ where it is −1.</summary>
            public static Tensor hinge_embedding_loss(
                Tensor input, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) =>
                Op.New(Native.t_hinge_embedding_loss(Op.In(input), Op.In(target), margin, (int)reduction), input, target);

            /// <summary>(margin − target · (input1 − input2))₊.</summary>
            public static Tensor margin_ranking_loss(
                Tensor input1, Tensor input2, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) =>
                Op.New(
                    Native.t_margin_ranking_loss(Op.In(input1), Op.In(input2), Op.In(target), margin, (int)reduction),
                    input1,
                    input2,
                    target);

            /// <summary>The hinge loss of several classes, to a power.</summary>
            public static Tensor multi_margin_loss(
                Tensor input, Tensor target, int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Op.New(
                    Native.t_multi_margin_loss(Op.In(input), Op.In(target), p, margin, Op.Maybe(weight), (int)reduction),
                    input,
                    target,
                    weight);
        }
    }
}
