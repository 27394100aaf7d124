using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>The numbers in a recording are those that PyTorch has when it is asked.</summary>
public sealed class TrainingRecorderTests : IDisposable
{
    private readonly RecordedFolder _folder = new();
    private readonly DisposeScope _scope;

    public TrainingRecorderTests()
    {
        TorchLibrary.Load();
        _scope = NewDisposeScope();
        manual_seed(3);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_step_has_the_numbers_that_were_computed()
    {
        var (first, last) = (Linear(4, 3), Linear(3, 2));
        var model = Sequential(("first", first), ("squash", Tanh()), ("last", last));
        var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        var (x, y) = (randn(5, 4), randn(5, 2));
        // The same by hand, with gradients of what is between the layers.
        var hidden = F.linear(x, first.weight!.detach(), first.bias!.detach()).requires_grad_();
        var squashed = hidden.tanh();
        squashed.retain_grad();
        var output = F.linear(squashed, last.weight!.detach(), last.bias!.detach());
        output.retain_grad();
        var loss = F.mse_loss(output, y);
        loss.backward();

        using (var run = TrainingRecorder.Start(_folder.Path, model, optimizer))
        {
            run.Backward(F.mse_loss(model.call(x), y), y);
            run.Step();
        }

        Assert.Equal(Numbers(x), _folder.Floats(0, "batch", "inputs"));
        Assert.Equal(Numbers(y), _folder.Floats(0, "batch", "targets"));
        Assert.Equal(["first", "squash", "last", ""], _folder.Names(0, "output"));
        Assert.Equal(Numbers(hidden), _folder.Floats(0, "output", "first"));
        Assert.Equal(Numbers(squashed), _folder.Floats(0, "output", "squash"));
        Assert.Equal(Numbers(output), _folder.Floats(0, "output", ""));
        Assert.Equal(Numbers(loss), _folder.Floats(0, "loss", "loss"));
        Assert.Equal(["", "last", "squash", "first"], _folder.Names(0, "output_gradient"));
        Assert.Equal(Numbers(hidden.grad!), _folder.Floats(0, "output_gradient", "first"));
        Assert.Equal(Numbers(output.grad!), _folder.Floats(0, "output_gradient", "last"));
        Assert.Equal(Numbers(last.weight!.grad!), _folder.Floats(0, "gradient", "last.weight"));
        Assert.Empty(_folder.Names(0, "clipped_gradient"));
        Assert.Equal(Numbers(first.weight!), _folder.Floats(0, "parameter", "first.weight"));
        Assert.Equal(Numbers(first.bias!.grad!), _folder.Floats(0, "state", "first.bias"));
    }

    [Fact]
    public void Clipping_is_recorded_where_it_changed_something()
    {
        var model = Linear(4, 3);
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.SGD(model.parameters(), 0.1)))
        {
            run.Backward(model.call(randn(5, 4)).square().mean());
            model.weight!.grad!.mul_(0.5);
            run.Step();
        }

        Assert.Equal(["weight"], _folder.Names(0, "clipped_gradient"));
        Assert.Equal(_folder.Floats(0, "gradient", "weight").Select(g => g / 2), _folder.Floats(0, "clipped_gradient", "weight"));
    }

    [Fact]
    public void An_output_is_what_it_was_before_it_was_changed_in_place()
    {
        var model = Sequential(("first", Linear(4, 8)), ("rectify", ReLU(inplace: true)), ("last", Linear(8, 2)));
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.SGD(model.parameters(), 0.1)))
        {
            run.Backward(model.call(randn(5, 4)).square().mean());
            run.Step();
        }

        Assert.Contains(_folder.Floats(0, "output", "first"), x => x < 0);
        Assert.DoesNotContain(_folder.Floats(0, "output", "rectify"), x => x < 0);
        // The gradient that PyTorch has of the first is that of what it became.
        Assert.Equal(["", "last", "rectify"], _folder.Names(0, "output_gradient"));
    }

    [Fact]
    public void Backward_passes_and_calls_are_counted()
    {
        var model = Linear(4, 3);
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.SGD(model.parameters(), 0.1)))
        {
            run.Backward(model.call(randn(5, 4)).square().mean());
            run.Backward(model.call(randn(5, 4)).square().mean());
            run.Step();
        }

        Assert.Equal(2, _folder.Step(0).GetProperty("backwards").GetInt32());
        Assert.Equal(2, _folder.Names(0, "loss").Count);
        Assert.Equal(1, _folder.Tensors(0, "output")[1].GetProperty("call").GetInt32());
        Assert.NotEqual(_folder.Tensors(0, "gradient")[0].GetProperty("key"), _folder.Tensors(0, "gradient")[2].GetProperty("key"));
    }

    [Fact]
    public void Evaluation_between_steps_is_not_recorded_and_other_steps_are_left_out()
    {
        var model = Linear(4, 3);
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.SGD(model.parameters(), 0.1), new() { Every = 2, Steps = 2 }))
        {
            for (var step = 0; step < 6; step++)
            {
                using (no_grad())
                    model.call(randn(1, 4));
                run.Backward(model.call(randn(5, 4)).square().mean());
                run.Step();
            }
        }

        Assert.Equal([0, 2], _folder.Lines.Where(l => l.TryGetProperty("step", out _)).Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal([""], _folder.Names(2, "output"));
    }

    [Fact]
    public void Tied_parameters_have_their_first_name_and_modules_that_say_nothing_are_named()
    {
        var (first, second) = (Linear(4, 4), Linear(4, 4));
        second.weight = first.weight!;
        var model = Sequential(("first", first), ("second", second), ("idle", new Idle(Tanh())));
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.Adam(model.parameters())))
        {
            run.Backward(model.call(randn(5, 4)).square().mean());
            run.Step();
        }

        var tied = _folder.Line("parameters").GetProperty("parameters").EnumerateArray().Single(p => p.TryGetProperty("same_as", out _));
        Assert.Equal(("second.weight", "first.weight"), (tied.GetProperty("name").GetString(), tied.GetProperty("same_as").GetString()));
        Assert.Equal(["first.weight", "first.bias", "second.bias"], _folder.Names(0, "parameter"));
        Assert.Equal(["idle.inner"], _folder.Step(0).GetProperty("silent").EnumerateArray().Select(name => name.GetString()));
        var classes = _folder.Line("modules").GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("class").GetString()).ToList();
        Assert.Equal(("TorchSharp.Modules.Linear", $"{GetType().FullName}+Idle"), (classes[1], classes[3]));
        Assert.Equal("Idle", _folder.Line("modules").GetProperty("modules")[3].GetProperty("type").GetString());
    }

    [Fact]
    public void Tuples_have_parts_and_inputs_say_where_they_come_from()
    {
        var model = new Recurrent();
        using (var run = TrainingRecorder.Start(_folder.Path, model, optim.Adam(model.parameters())))
        {
            run.Backward(model.call(randn(2, 5, 3)).square().mean());
            run.Step();
        }

        Assert.Equal(["cells", "cells", "cells", "head", ""], _folder.Names(0, "output"));
        Assert.Equal([0, 1, 2], _folder.Tensors(0, "output").Take(3).Select(t => t.TryGetProperty("part", out var part) ? part.GetInt32() : 0));
        // What the head is given was cut out of an output: it is recorded by itself.
        Assert.Equal(["head"], _folder.Names(0, "input"));
        Assert.Equal("[0]", _folder.Tensors(0, "output")[0].GetProperty("inputs").GetRawText());
    }

    private static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    /// <summary>Calls its part by a method that runs no hooks.</summary>
    private sealed class Idle : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;

        internal Idle(Module<Tensor, Tensor> inner)
            : base(nameof(Idle)) => register_module("inner", _inner = inner);

        public override Tensor forward(Tensor input) => _inner.forward(input);
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.LSTM _cells = LSTM(3, 4, batchFirst: true);
        private readonly TorchSharp.Modules.Linear _head = Linear(4, 2);

        internal Recurrent()
            : base(nameof(Recurrent))
        {
            register_module("cells", _cells);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor input)
        {
            var (output, _, _) = _cells.call(input);
            return _head.call(output.select(1, -1));
        }
    }
}
