// torch::optim's optimizers and torch::nn::utils' gradient clipping behind C functions.
#include "bridge.h"
#include <torch/types.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace torch::optim;

template <class O, class F> static Optimizer* optimizer(Tensors parameters, F&& options) noexcept {
  Optimizer* made = nullptr;
  done([&] { made = new O(std::vector<T>(parameters), options()); });
  return made;
}

API Optimizer* o_sgd(Tensors p, double lr, double momentum, double dampening, double decay, int nesterov) {
  return optimizer<SGD>(p, [&] {
    return SGDOptions(lr).momentum(momentum).dampening(dampening).weight_decay(decay).nesterov(nesterov != 0);
  });
}

API Optimizer* o_adam(Tensors p, double lr, double beta1, double beta2, double eps, double decay, int amsgrad) {
  return optimizer<Adam>(p, [&] {
    return AdamOptions(lr).betas({beta1, beta2}).eps(eps).weight_decay(decay).amsgrad(amsgrad != 0);
  });
}

API Optimizer* o_adamw(Tensors p, double lr, double beta1, double beta2, double eps, double decay, int amsgrad) {
  return optimizer<AdamW>(p, [&] {
    return AdamWOptions(lr).betas({beta1, beta2}).eps(eps).weight_decay(decay).amsgrad(amsgrad != 0);
  });
}

API Optimizer* o_rmsprop(Tensors p, double lr, double alpha, double eps, double decay, double momentum, int centered) {
  return optimizer<RMSprop>(p, [&] {
    return RMSpropOptions(lr).alpha(alpha).eps(eps).weight_decay(decay).momentum(momentum).centered(centered != 0);
  });
}

API Optimizer* o_adagrad(Tensors p, double lr, double lr_decay, double decay, double initial, double eps) {
  return optimizer<Adagrad>(p, [&] {
    return AdagradOptions(lr).lr_decay(lr_decay).weight_decay(decay).initial_accumulator_value(initial).eps(eps);
  });
}

API void o_delete(Optimizer* o) { delete o; }
API int o_step(Optimizer* o) { return done([&] { o->step(); }); }

// Options that several optimizers have: what is 0 learning rate, 1 momentum, 2 beta1, 3 beta2.
static double option(OptimizerOptions& options, int what, const double* value) {
  const auto one = [&](auto get, auto set) { if (value) set(*value); return get(); };
  const auto beta = [&](auto& o) {
    auto betas = o.betas();
    double& b = what == 2 ? std::get<0>(betas) : std::get<1>(betas);
    if (value) { b = *value; o.betas(betas); }
    return b;
  };
  if (what == 0) return one([&] { return options.get_lr(); }, [&](double v) { options.set_lr(v); });
  if (what == 1) {
    if (auto* sgd = dynamic_cast<SGDOptions*>(&options)) return one([&] { return sgd->momentum(); }, [&](double v) { sgd->momentum(v); });
    if (auto* rms = dynamic_cast<RMSpropOptions*>(&options))
      return one([&] { return rms->momentum(); }, [&](double v) { rms->momentum(v); });
  }
  if (what >= 2) {
    if (auto* adam = dynamic_cast<AdamOptions*>(&options)) return beta(*adam);
    if (auto* adamw = dynamic_cast<AdamWOptions*>(&options)) return beta(*adamw);
  }
  throw std::invalid_argument("this optimizer has no such option");
}

API int o_get(Optimizer* o, int what, double* out) {
  return done([&] { *out = option(o->param_groups().at(0).options(), what, nullptr); });
}

API int o_set(Optimizer* o, int what, double value) {
  return done([&] { for (auto& group : o->param_groups()) option(group.options(), what, &value); });
}

// How libtorch finds what an optimizer remembers of a parameter: by its address, which older versions wrote as a string.
static void address(const T& parameter, void*& key) { key = parameter.unsafeGetTensorImpl(); }
static void address(const T& parameter, std::string& key) {
  std::ostringstream text;
  text << parameter.unsafeGetTensorImpl();
  key = text.str();
}

// What an optimizer remembers of a parameter: null before its first step.
static OptimizerParamState* remembered(Optimizer& o, const T& parameter) {
  auto& states = o.state();
  std::decay_t<decltype(states.begin()->first)> key{};
  address(parameter, key);
  const auto found = states.find(key);
  return found == states.end() ? nullptr : found->second.get();
}

// A remembered tensor by number, or null where the optimizer keeps none such.
static const T* tensor(OptimizerParamState* state, int what) {
  if (auto* s = dynamic_cast<SGDParamState*>(state)) return what == 0 ? &s->momentum_buffer() : nullptr;
  const auto adam = [&](auto& s) -> const T* {
    return what == 1 ? &s.exp_avg() : what == 2 ? &s.exp_avg_sq() : what == 3 ? &s.max_exp_avg_sq() : nullptr;
  };
  if (auto* s = dynamic_cast<AdamParamState*>(state)) return adam(*s);
  if (auto* s = dynamic_cast<AdamWParamState*>(state)) return adam(*s);
  if (auto* s = dynamic_cast<RMSpropParamState*>(state))
    return what == 0 ? &s->momentum_buffer() : what == 4 ? &s->square_avg() : what == 5 ? &s->grad_avg() : nullptr;
  if (auto* s = dynamic_cast<AdagradParamState*>(state)) return what == 6 ? &s->sum() : nullptr;
  return nullptr;
}

API int o_state(Optimizer* o, const T* parameter, int what, T** out) {
  return done([&] {
    const T* kept = tensor(remembered(*o, *parameter), what);
    *out = kept && kept->defined() ? new T(*kept) : nullptr;
  });
}

// The number of steps of one parameter: read, and written where there is a value.
API int o_steps(Optimizer* o, const T* parameter, const int64_t* value, int64_t* out) {
  return done([&] {
    auto* state = remembered(*o, *parameter);
    const auto one = [&](auto* s) {
      if (!s) return false;
      if (value) s->step(*value);
      *out = s->step();
      return true;
    };
    *out = 0;
    one(dynamic_cast<AdamParamState*>(state)) || one(dynamic_cast<AdamWParamState*>(state))
      || one(dynamic_cast<RMSpropParamState*>(state)) || one(dynamic_cast<AdagradParamState*>(state));
  });
}

API int n_clip_grad_norm(Tensors p, double max_norm, double type, double* out) {
  return done([&] { *out = torch::nn::utils::clip_grad_norm_(std::vector<T>(p), max_norm, type); });
}

API int n_clip_grad_value(Tensors p, double value) {
  return done([&] { torch::nn::utils::clip_grad_value_(std::vector<T>(p), value); });
}
