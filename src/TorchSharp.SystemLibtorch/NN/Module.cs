using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>A part of a network: its own parameters and buffers, and the modules it is made of.</summary>
        public class Module : IDisposable
        {
            private readonly List<(string Name, Parameter Value)> _own = [];
            private readonly List<(string Name, Tensor Value)> _buffers = [];
            private readonly List<(string Name, Module Value)> _children = [];
            private readonly string _name;

            /// <summary>A module without parameters yet.</summary>
            protected Module(string name) => _name = name;

            /// <summary>Whether the module is being trained.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>The module's name.</summary>
            public virtual string GetName() => _name;

            /// <summary>Sets the module and its parts to training or evaluation.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in children())
                    child.train(train);
            }

            /// <summary>Sets the module and its parts to evaluation.</summary>
            public virtual void eval() => train(false);

            /// <summary>The modules that this one is directly made of, with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _children;

            /// <summary>The modules that this one is directly made of.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(c => c.module);

            /// <summary>The modules within this one at any depth, with their dotted names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() => named_children().SelectMany(
                c => c.module.named_modules().Select(m => (name: $"{c.name}.{m.name}", m.module)).Prepend((c.name, c.module)));

            /// <summary>This module and those within it at any depth.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module).Prepend(this);

            /// <summary>The parameters, with their dotted names.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => recurse
                ? _own.Concat(named_children().SelectMany(
                    c => c.module.named_parameters().Select(p => ($"{c.name}.{p.name}", p.parameter))))
                : _own;

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            /// <summary>The tensors that are kept but not trained, with their dotted names.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(
                bool recurse = true, bool include_nonpersistent = true) => recurse
                ? _buffers.Concat(named_children().SelectMany(
                    c => c.module.named_buffers(true, include_nonpersistent).Select(b => ($"{c.name}.{b.name}", b.buffer))))
                : _buffers;

            /// <summary>The tensors that are kept but not trained.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            /// <summary>The parameters and buffers by name, added to <paramref name="destination"/> if there is one.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (name, value) in named_parameters())
                    destination[Dotted(prefix, name)] = value;
                foreach (var (name, value) in named_buffers())
                    destination[Dotted(prefix, name)] = value;
                return destination;
            }

            /// <summary>
            /// Overwrites parameters and buffers with those of the same names; returns the names that lacked on either side.
            /// </summary>
            /// <exception cref="InvalidOperationException">Names differ, and <paramref name="strict"/>.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                ArgumentNullException.ThrowIfNull(source);
                var own = state_dict().Where(e => skip?.Contains(e.Key) != true).ToDictionary();
                string[] missing = [.. own.Keys.Except(source.Keys)], unexpected = [.. source.Keys.Except(own.Keys)];
                if (strict && missing.Length + unexpected.Length > 0)
                    throw new InvalidOperationException(
                        $"Missing: {string.Join(", ", missing)}. Unexpected: {string.Join(", ", unexpected)}.");
                using var off = no_grad();
                foreach (var (name, value) in own)
                    if (source.TryGetValue(name, out var from))
                        value.copy_(from);
                return (missing, unexpected);
            }

            /// <summary>Whether there is a parameter of that name.</summary>
            public bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>The parameter of that dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                named_parameters().FirstOrDefault(p => p.name == target).parameter;

            /// <summary>Whether there is a buffer of that name.</summary>
            public bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>The buffer of that dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            /// <summary>Adds a parameter of this module's own.</summary>
            public virtual void register_parameter(string name, Parameter param) => Put(_own, name, param);

            /// <summary>Adds a tensor that is kept but not trained.</summary>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true) => Put(_buffers, name, tensor);

            /// <summary>Adds a module as part of this one.</summary>
            public virtual void register_module(string name, Module submodule) => Put(_children, name, submodule);

            /// <summary>Adds a module as part of this one.</summary>
            public virtual void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Drops the gradients of all parameters, or sets them to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                    Gradients.Clear(parameter, set_to_none);
            }

            /// <summary>Calls <paramref name="fn"/> with every module within this one, then with this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                ArgumentNullException.ThrowIfNull(fn);
                foreach (var child in children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Frees the parameters and buffers of the module and its parts.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the parameters and buffers of the module and its parts.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var parameter in _own)
                    parameter.Value.Dispose();
                foreach (var buffer in _buffers)
                    buffer.Value.Dispose();
                foreach (var child in _children)
                    child.Value.Dispose();
            }

            /// <summary>Adds the parameters, buffers and modules that fields hold, under the fields' names.</summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    switch (field.GetValue(this))
                    {
                        case Parameter parameter:
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(field.Name, tensor);
                            break;
                        case Module module:
                            register_module(field.Name, module);
                            break;
                    }
                }
            }

            /// <summary>Removes the modules that this one is made of.</summary>
            protected void ClearModules() => _children.Clear();

            /// <summary>Converts the parameters and the floating-point buffers of the module and its parts.</summary>
            internal void Convert(ScalarType dtype)
            {
                using var off = no_grad();
                foreach (var tensor in _own.Select(p => (Tensor)p.Value).Concat(_buffers.Select(b => b.Value)))
                    if (tensor.is_floating_point() && tensor.dtype != dtype)
                        tensor.Become(dtype);
                foreach (var child in children())
                    child.Convert(dtype);
            }

            private static string Dotted(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";

            private static void Put<T>(List<(string Name, T Value)> list, string name, T value)
            {
                ArgumentNullException.ThrowIfNull(value);
                var index = list.FindIndex(entry => entry.Name == name);
                if (index < 0)
                    list.Add((name, value));
                else
                    list[index] = (name, value);
            }
        }

        /// <summary>What maps an input to an output.</summary>
        public interface IModule<in T, out TResult>
        {
            /// <summary>The output for an input.</summary>
            TResult call(T input1);
        }

        /// <summary>A module that maps an input to an output.</summary>
        public abstract class Module<T, TResult> : Module, IModule<T, TResult>
        {
            /// <summary>A module without parameters yet.</summary>
            protected Module(string name) : base(name)
            {
            }

            /// <summary>The output for an input, as the module computes it.</summary>
            public abstract TResult forward(T input);

            /// <summary>The output for an input.</summary>
            public TResult call(T input) => forward(input);
        }

        /// <summary>A module that maps two inputs to an output.</summary>
        public abstract class Module<T1, T2, TResult> : Module
        {
            /// <summary>A module without parameters yet.</summary>
            protected Module(string name) : base(name)
            {
            }

            /// <summary>The output for the inputs, as the module computes it.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>The output for the inputs.</summary>
            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }
}
