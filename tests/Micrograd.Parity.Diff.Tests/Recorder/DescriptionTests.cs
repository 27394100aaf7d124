using System.Text.Json;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Activations = TorchSharp.Modules;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>Modules and optimizers are described by the arguments that PyTorch's constructors have.</summary>
public class DescriptionTests
{
    public DescriptionTests() => TorchLibrary.Load();

    public static TheoryData<string> Modules => [.. s_modules.Keys];

    private static readonly Dictionary<string, (Func<Module> Module, string Options)> s_modules = new()
    {
        ["Linear"] = (() => Linear(3, 2, hasBias: false), """{"bias":false,"in_features":3,"out_features":2}"""),
        ["Embedding"] = (() => Embedding(7, 4), """{"embedding_dim":4,"num_embeddings":7}"""),
        ["LayerNorm"] = (() => LayerNorm(4, eps: 1e-3), """{"bias":true,"elementwise_affine":true,"eps":0.001,"normalized_shape":[4]}"""),
        ["BatchNorm1d"] = (
            () => BatchNorm1d(4, momentum: 0.3),
            """{"affine":true,"eps":1E-05,"momentum":0.3,"num_features":4,"track_running_stats":true}"""
        ),
        ["GroupNorm"] = (() => GroupNorm(2, 4), """{"affine":true,"eps":1E-05,"num_channels":4,"num_groups":2}"""),
        ["Conv2d"] = (
            () => Conv2d(1, 2, 3, stride: 2, padding: 1),
            """{"bias":true,"dilation":[1,1],"groups":1,"in_channels":1,"kernel_size":[3,3],"out_channels":2,"padding":[1,1],"padding_mode":"zeros","stride":[2,2]}"""
        ),
        ["MaxPool2d"] = (() => MaxPool2d(2), """{"ceil_mode":false,"dilation":[1,1],"kernel_size":[2,2],"padding":[0,0],"stride":[2,2]}"""),
        ["Dropout"] = (() => Dropout(0.1), """{"inplace":false,"p":0.1}"""),
        ["GELU"] = (() => GELU(Activations.GELU.Approximate.tanh), """{"approximate":"tanh"}"""),
        ["LeakyReLU"] = (() => LeakyReLU(0.02), """{"inplace":false,"negative_slope":0.02}"""),
        ["Hardshrink"] = (() => Hardshrink(0.25), """{"lambd":0.25}"""),
        ["Softmax"] = (() => Softmax(1), """{"dim":1}"""),
        ["Flatten"] = (() => Flatten(), """{"end_dim":-1,"start_dim":1}"""),
        ["LSTM"] = (
            () => LSTM(5, 3, numLayers: 2, batchFirst: true, bidirectional: true),
            """{"batch_first":true,"bias":true,"bidirectional":true,"hidden_size":3,"input_size":5,"num_layers":2}"""
        ),
        ["MultiheadAttention"] = (() => MultiheadAttention(6, 2), """{"bias":true,"embed_dim":6}"""),
        ["CrossEntropyLoss"] = (() => CrossEntropyLoss(), """{"ignore_index":-100,"label_smoothing":0,"reduction":"mean","weight":null}"""),
        ["SmoothL1Loss"] = (() => SmoothL1Loss(nn.Reduction.Sum, 0.5), """{"beta":0.5,"reduction":"sum"}"""),
    };

    public static TheoryData<string> Optimizers => [.. s_optimizers.Keys];

    private static readonly Dictionary<string, (Func<Module, optim.Optimizer> Optimizer, string Options, string State)> s_optimizers = new()
    {
        ["SGD"] = (
            m => optim.SGD(m.parameters(), 0.1, momentum: 0.9, nesterov: true),
            """{"dampening":0,"lr":0.1,"maximize":false,"momentum":0.9,"nesterov":true,"weight_decay":0}""",
            "momentum_buffer"
        ),
        ["Adam"] = (
            m => optim.Adam(m.parameters(), 0.1, amsgrad: true),
            """{"amsgrad":true,"betas":[0.9,0.999],"eps":1E-08,"lr":0.1,"maximize":false,"weight_decay":0}""",
            "exp_avg exp_avg_sq max_exp_avg_sq step"
        ),
        ["AdamW"] = (
            m => optim.AdamW(m.parameters(), 0.1, weight_decay: 0.5),
            """{"amsgrad":false,"betas":[0.9,0.999],"eps":1E-08,"lr":0.1,"maximize":false,"weight_decay":0.5}""",
            "exp_avg exp_avg_sq step"
        ),
        ["RMSprop"] = (
            m => optim.RMSProp(m.parameters(), 0.1, centered: true, momentum: 0.5),
            """{"alpha":0.99,"centered":true,"eps":1E-08,"lr":0.1,"maximize":false,"momentum":0.5,"weight_decay":0}""",
            "grad_avg momentum_buffer square_avg step"
        ),
        ["Adagrad"] = (
            m => optim.Adagrad(m.parameters(), 0.1),
            """{"eps":1E-10,"initial_accumulator_value":0,"lr":0.1,"lr_decay":0,"weight_decay":0}""",
            "step sum"
        ),
        ["Adadelta"] = (
            m => optim.Adadelta(m.parameters(), 0.1),
            """{"eps":1E-06,"lr":0.1,"maximize":false,"rho":0.9,"weight_decay":0}""",
            "acc_delta square_avg step"
        ),
        ["Adamax"] = (
            m => optim.Adamax(m.parameters(), 0.1),
            """{"betas":[0.9,0.999],"eps":1E-08,"lr":0.1,"weight_decay":0}""",
            "exp_avg exp_inf step"
        ),
        ["NAdam"] = (
            m => optim.NAdam(m.parameters(), 0.1),
            """{"betas":[0.9,0.999],"eps":1E-08,"lr":0.1,"momentum_decay":0.004,"weight_decay":0}""",
            "exp_avg exp_avg_sq mu_product step"
        ),
        ["RAdam"] = (
            m => optim.RAdam(m.parameters(), 0.1),
            """{"betas":[0.9,0.999],"eps":1E-08,"lr":0.1,"weight_decay":0}""",
            "exp_avg exp_avg_sq step"
        ),
        ["Rprop"] = (
            m => optim.Rprop(m.parameters(), 0.1),
            """{"etas":[0.5,1.2],"lr":0.1,"maximize":false,"step_sizes":[1E-06,50]}""",
            "prev step step_size"
        ),
        ["ASGD"] = (
            m => optim.ASGD(m.parameters(), 0.1),
            """{"alpha":0.75,"lambd":0.0001,"lr":0.1,"maximize":false,"t0":1000000,"weight_decay":0}""",
            "ax eta mu step"
        ),
        ["LBFGS"] = (m => optim.LBFGS(m.parameters(), 0.1), """{"lr":0.1}""", ""),
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_tells_its_options(string type)
    {
        var (make, options) = s_modules[type];
        using var module = make();
        Assert.Equal(type, ConstructorOptions.TypeOf(module));
        Assert.Equal(options, Text(module, null).GetProperty("modules")[0].GetProperty("options").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_optimizer_tells_its_options_and_its_state(string type)
    {
        var (make, options, state) = s_optimizers[type];
        using var folder = new RecordedFolder();
        using var model = Linear(2, 1);
        using var optimizer = make(model);
        using (var run = TrainingRecorder.Start(folder.Path, model, optimizer))
        {
            run.Backward(model.call(ones(3, 2)).mean());
            if (type != "LBFGS")
                run.Step();
        }

        var line = folder.Line("optimizer");
        Assert.Equal(type, line.GetProperty("type").GetString());
        Assert.Equal(options, line.GetProperty("groups")[0].GetProperty("options").GetRawText());
        Assert.Equal("""["weight","bias"]""", line.GetProperty("groups")[0].GetProperty("parameters").GetRawText());
        if (type == "LBFGS")
            return;
        var names = folder
            .Tensors(0, "state")
            .Where(t => t.GetProperty("of").GetString() == "weight")
            .Select(t => t.GetProperty("state").GetString());
        Assert.Equal(state, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    private static JsonElement Text(Module module, optim.Optimizer? optimizer)
    {
        using var folder = new RecordedFolder();
        TrainingRecorder.Start(folder.Path, module, optimizer).Dispose();
        return folder.Line("modules");
    }
}
