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
#include <stdexcept>

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

API int n_clip_grad_norm(Tensors p, double max_norm, double type, double* out) {
  return done([&] { *out = torch::nn::utils::clip_grad_norm_(std::vector<T>(p), max_norm, type); });
}

API int n_clip_grad_value(Tensors p, double value) {
  return done([&] { torch::nn::utils::clip_grad_value_(std::vector<T>(p), value); });
}
