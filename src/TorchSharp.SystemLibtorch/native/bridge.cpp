// Tensors, operations and autograd of libtorch behind C functions that C# can call.
#include "bridge.h"
#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/csrc/autograd/autograd.h>
#include <cstring>
#include <string>

static thread_local std::string error;
static thread_local bool failed = false;

void keep_error() noexcept {
  failed = true;
  try {
    try { throw; }
    catch (const c10::Error& e) { error = e.what_without_backtrace(); }
    catch (const std::exception& e) { error = e.what(); }
    catch (...) { error = "an exception of an unknown kind"; }
  } catch (...) { error.clear(); }
}

Number::operator at::Scalar() const {
  if (kind == 1) return at::Scalar(bits);
  if (kind == 2) return at::Scalar(bits != 0);
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return at::Scalar(value);
}

// The message of this thread's last failure, or null; asking clears it.
API const char* bridge_error() {
  if (!failed) return nullptr;
  failed = false;
  return error.c_str();
}

API const char* bridge_version() { return TORCH_VERSION; }
API const char* bridge_cpu_capability() {
  static const std::string name = [] {
    const std::string config = at::show_config(), label = "CPU capability usage: ";
    const auto at = config.find(label);
    if (at == std::string::npos) return std::string("unknown");
    const auto from = at + label.size();
    return config.substr(from, config.find('\n', from) - from);
  }();
  return name.c_str();
}
API int bridge_get_num_threads() { return at::get_num_threads(); }
API int bridge_set_num_threads(int n) { return done([&] { at::set_num_threads(n); }); }
API int bridge_manual_seed(int64_t seed) { return done([&] { at::manual_seed(static_cast<uint64_t>(seed)); }); }
API int bridge_grad_enabled() { return at::GradMode::is_enabled(); }
API void bridge_set_grad_enabled(int on) { at::GradMode::set_enabled(on != 0); }

// Tensors ------------------------------------------------------------------------------------------------

API void t_delete(T* a) {
  Timed timed;
  delete a;
}

API T* t_scalar(Number value, int dtype, int requires_grad) {
  return made([&] {
    const auto type = static_cast<at::ScalarType>(dtype);
    T t;
    if (type == at::kDouble && value.kind == 0) {
      t = at::detail::empty_cpu({}, type);
      std::memcpy(t.data_ptr(), &value.bits, sizeof value.bits);
    } else {
      t = at::scalar_tensor(value, at::TensorOptions(type));
    }
    if (requires_grad) t.set_requires_grad(true);
    return t;
  });
}

API T* t_from(const void* data, Ints sizes, int from, int to, int requires_grad) {
  return made([&] {
    T t = at::empty(sizes, at::TensorOptions(static_cast<at::ScalarType>(from)));
    std::memcpy(t.data_ptr(), data, t.nbytes());
    if (to != from) t = t.to(static_cast<at::ScalarType>(to));
    if (requires_grad) t.set_requires_grad(true);
    return t;
  });
}

API T* t_full(Ints sizes, Number value, int dtype, int requires_grad) {
  return made([&] {
    return at::full(sizes, value, at::TensorOptions(static_cast<at::ScalarType>(dtype))).set_requires_grad(requires_grad != 0);
  });
}

API T* t_full_like(T* a, Number value, int dtype, int requires_grad) {
  return made([&] {
    auto options = a->options();
    if (dtype >= 0) options = options.dtype(static_cast<at::ScalarType>(dtype));
    return at::full_like(*a, value, options).set_requires_grad(requires_grad != 0);
  });
}

API T* t_arange(Number start, Number stop, Number step, int dtype, int requires_grad) {
  return made([&] {
    return at::arange(start, stop, step, at::TensorOptions(static_cast<at::ScalarType>(dtype))).set_requires_grad(requires_grad != 0);
  });
}

API T* t_linspace(double start, double stop, int64_t steps, int dtype, int requires_grad) {
  return made([&] {
    return at::linspace(start, stop, steps, at::TensorOptions(static_cast<at::ScalarType>(dtype))).set_requires_grad(requires_grad != 0);
  });
}

API T* t_rand(Ints sizes, int normal, int dtype, int requires_grad) {
  return made([&] {
    const auto options = at::TensorOptions(static_cast<at::ScalarType>(dtype));
    return (normal ? at::randn(sizes, options) : at::rand(sizes, options)).set_requires_grad(requires_grad != 0);
  });
}

API int64_t t_dim(T* a) { return a->dim(); }
API int64_t t_numel(T* a) { return a->numel(); }
API void t_sizes(T* a, int64_t* out) { std::memcpy(out, a->sizes().data(), a->dim() * sizeof(int64_t)); }
API void t_strides(T* a, int64_t* out) { std::memcpy(out, a->strides().data(), a->dim() * sizeof(int64_t)); }
API int t_dtype(T* a) { return static_cast<int>(a->scalar_type()); }
API int t_is_leaf(T* a) { Timed timed; return a->is_leaf(); }
API int t_requires_grad(T* a) { Timed timed; return a->requires_grad(); }
API int t_is_contiguous(T* a) { return a->is_contiguous(); }
API int t_set_requires_grad(T* a, int on) { return done([&] { a->requires_grad_(on != 0); }); }
API int t_retain_grad(T* a) { return done([&] { a->retain_grad(); }); }
API void* t_data(T* a) {
  try { return a->data_ptr(); } catch (...) { keep_error(); return nullptr; }
}

// Null when there is no gradient.
API T* t_grad(T* a) {
  Timed timed;
  try {
    const T& g = a->grad();
    return g.defined() ? new T(g) : nullptr;
  } catch (...) { keep_error(); return nullptr; }
}

API int t_set_grad(T* a, T* g) { return done([&] { a->mutable_grad() = g ? *g : T(); }); }

API int t_item(T* a, double* out) {
  if (a->dim() == 0 && a->scalar_type() == at::kDouble && a->is_cpu()) {
    Timed timed;
    *out = *static_cast<const double*>(a->data_ptr());
    return 0;
  }
  return done([&] { *out = a->item().to<double>(); });
}

API int t_item_long(T* a, int64_t* out) { return done([&] { *out = a->item().to<int64_t>(); }); }

// Shapes -------------------------------------------------------------------------------------------------

API T* t_reshape(T* a, Ints shape) { return made([&] { return a->reshape(shape); }); }
API T* t_view(T* a, Ints shape) { return made([&] { return a->view(shape); }); }
API T* t_expand(T* a, Ints sizes, int implicit) { return made([&] { return a->expand(sizes, implicit != 0); }); }
API T* t_permute(T* a, Ints dims) { return made([&] { return a->permute(dims); }); }
API T* t_repeat(T* a, Ints sizes) { return made([&] { return a->repeat(sizes); }); }
API T* t_flip(T* a, Ints dims) { return made([&] { return a->flip(dims); }); }
API T* t_flatten(T* a, int64_t start, int64_t end) { return made([&] { return a->flatten(start, end); }); }
API T* t_transpose(T* a, int64_t d0, int64_t d1) { return made([&] { return a->transpose(d0, d1); }); }
API T* t_squeeze_dim(T* a, int64_t dim) { return made([&] { return a->squeeze(dim); }); }
API T* t_unsqueeze(T* a, int64_t dim) { return made([&] { return a->unsqueeze(dim); }); }
API T* t_select(T* a, int64_t dim, int64_t i) { return made([&] { return a->select(dim, i); }); }
API T* t_slice(T* a, int64_t dim, int64_t from, int64_t to, int64_t step) {
  return made([&] { return a->slice(dim, from, to, step); });
}
API T* t_narrow(T* a, int64_t dim, int64_t start, int64_t length) { return made([&] { return a->narrow(dim, start, length); }); }
API T* t_take(T* a, T* index) { return made([&] { return a->take(*index); }); }
API T* t_contiguous(T* a) { return made([&] { return a->contiguous(); }); }
API T* t_stack(Tensors list, int64_t dim) { return made([&] { return at::stack(std::vector<T>(list), dim); }); }
API T* t_cat(Tensors list, int64_t dim) { return made([&] { return at::cat(std::vector<T>(list), dim); }); }
API T* t_to(T* a, int dtype, int copy) {
  return made([&] { return a->to(static_cast<at::ScalarType>(dtype), false, copy != 0); });
}
// The same variable with elements of another type, and without a gradient.
API int t_become(T* a, int dtype) {
  return done([&] {
    a->set_data(a->detach().to(static_cast<at::ScalarType>(dtype)));
    a->mutable_grad() = T();
  });
}
API int t_copy(T* a, T* b) { return done([&] { a->copy_(*b); }); }
API int t_zero(T* a) { return done([&] { a->zero_(); }); }
API int t_add_(T* a, T* b, Number alpha) { return done([&] { a->add_(*b, alpha); }); }
API int t_sub_(T* a, T* b) { return done([&] { a->sub_(*b); }); }
API int t_adds_(T* a, Number b, Number alpha) { return done([&] { a->add_(b, alpha); }); }
API int t_subs_(T* a, Number b) { return done([&] { a->sub_(b); }); }
API int t_fill_(T* a, Number v) { return done([&] { at::NoGradGuard off; a->fill_(v); }); }
API int t_uniform_(T* a, double low, double high) { return done([&] { at::NoGradGuard off; a->uniform_(low, high); }); }
API int t_normal_(T* a, double mean, double std) { return done([&] { at::NoGradGuard off; a->normal_(mean, std); }); }

// The parts along a dimension into out, which has room for all of them.
API int t_unbind(T* a, int64_t dim, T** out) {
  return done([&] {
    auto parts = a->unbind(dim);
    for (size_t i = 0; i < parts.size(); ++i) out[i] = new T(std::move(parts[i]));
  });
}

// Operations ---------------------------------------------------------------------------------------------

#define UNARY(f) API T* t_##f(T* a) { return made([&] { return at::f(*a); }); }
#define BINARY(f) API T* t_##f(T* a, T* b) { return made([&] { return at::f(*a, *b); }); }
#define SCALAR(f) API T* t_##f##_s(T* a, Number s) { return made([&] { return at::f(*a, at::Scalar(s)); }); }
#include "ops.inc"

API T* t_add(T* a, T* b, Number alpha) { return made([&] { return at::add(*a, *b, alpha); }); }
API T* t_sub(T* a, T* b, Number alpha) { return made([&] { return at::sub(*a, *b, alpha); }); }
API T* t_add_s(T* a, Number b, Number alpha) { return made([&] { return at::add(*a, at::Scalar(b), alpha); }); }
API T* t_sub_s(T* a, Number b, Number alpha) { return made([&] { return at::sub(*a, at::Scalar(b), alpha); }); }
API T* t_div_mode(T* a, T* b, int floor) { return made([&] { return at::div(*a, *b, floor ? "floor" : "trunc"); }); }
API T* t_div_mode_s(T* a, Number b, int floor) { return made([&] { return at::div(*a, at::Scalar(b), floor ? "floor" : "trunc"); }); }
API T* t_round(T* a, int64_t decimals) { return made([&] { return decimals == 0 ? at::round(*a) : at::round(*a, decimals); }); }
API T* t_where(T* condition, T* a, T* b) { return made([&] { return at::where(*condition, *a, *b); }); }
API T* t_clamp(T* a, const Number* low, const Number* high) {
  return made([&] {
    Maybe<at::Scalar> min, max;
    if (low) min = at::Scalar(*low);
    if (high) max = at::Scalar(*high);
    return at::clamp(*a, min, max);
  });
}
API T* t_clamp_tensor(T* a, T* low, T* high) { return made([&] { return at::clamp(*a, maybe(low), maybe(high)); }); }
API T* t_elu(T* a, Number alpha, Number scale, Number input_scale) { return made([&] { return at::elu(*a, alpha, scale, input_scale); }); }
API T* t_hardtanh(T* a, Number low, Number high) { return made([&] { return at::hardtanh(*a, low, high); }); }
API T* t_softplus(T* a, Number beta, Number threshold) { return made([&] { return at::softplus(*a, beta, threshold); }); }
API T* t_threshold(T* a, Number threshold, Number value) { return made([&] { return at::threshold(*a, threshold, value); }); }
API T* t_softsign(T* a) { return made([&] { return *a / (a->abs() + 1); }); }
API T* t_tanhshrink(T* a) { return made([&] { return *a - a->tanh(); }); }
API T* t_logit(T* a, const double* eps) {
  return made([&] { return at::logit(*a, eps ? Maybe<double>(*eps) : Maybe<double>()); });
}
API T* t_linear(T* input, T* weight, T* bias) { return made([&] { return at::linear(*input, *weight, maybe(bias)); }); }
API T* t_one_hot(T* a, int64_t classes) { return made([&] { return at::one_hot(*a, classes); }); }

// Reductions ---------------------------------------------------------------------------------------------

API T* t_sum(T* a, int dtype) { return made([&] { return at::sum(*a, maybe_type(dtype)); }); }
API T* t_sum_dims(T* a, Ints dims, int keep, int dtype) {
  return made([&] { return at::sum(*a, at::IntArrayRef(dims), keep != 0, maybe_type(dtype)); });
}
API T* t_mean_dims(T* a, Ints dims, int keep, int dtype) {
  return made([&] { return at::mean(*a, at::IntArrayRef(dims), keep != 0, maybe_type(dtype)); });
}
API T* t_prod(T* a, int dtype) { return made([&] { return at::prod(*a, maybe_type(dtype)); }); }
API T* t_prod_dim(T* a, int64_t dim, int keep, int dtype) { return made([&] { return at::prod(*a, dim, keep != 0, maybe_type(dtype)); }); }
API T* t_var(T* a, int unbiased) { return made([&] { return at::var(*a, unbiased != 0); }); }
API T* t_std(T* a, int unbiased) { return made([&] { return at::std(*a, unbiased != 0); }); }
API T* t_norm(T* a, double p) { return made([&] { return at::norm(*a, p); }); }
API T* t_argmax(T* a) { return made([&] { return at::argmax(*a); }); }
API T* t_argmin(T* a) { return made([&] { return at::argmin(*a); }); }
API T* t_argmax_dim(T* a, int64_t dim, int keep) { return made([&] { return at::argmax(*a, dim, keep != 0); }); }
API T* t_argmin_dim(T* a, int64_t dim, int keep) { return made([&] { return at::argmin(*a, dim, keep != 0); }); }
API T* t_softmax(T* a, int64_t dim, int dtype) { return made([&] { return at::softmax(*a, dim, maybe_type(dtype)); }); }
API T* t_log_softmax(T* a, int64_t dim, int dtype) { return made([&] { return at::log_softmax(*a, dim, maybe_type(dtype)); }); }
API T* t_logsumexp(T* a, int64_t dim, int keep) { return made([&] { return at::logsumexp(*a, {dim}, keep != 0); }); }
API T* t_cumsum(T* a, int64_t dim, int dtype) { return made([&] { return at::cumsum(*a, dim, maybe_type(dtype)); }); }
API int t_max_dim(T* a, int64_t dim, int keep, T** out) {
  return done([&] { auto r = at::max(*a, dim, keep != 0); out[0] = new T(std::get<0>(r)); out[1] = new T(std::get<1>(r)); });
}
API int t_min_dim(T* a, int64_t dim, int keep, T** out) {
  return done([&] { auto r = at::min(*a, dim, keep != 0); out[0] = new T(std::get<0>(r)); out[1] = new T(std::get<1>(r)); });
}
API int t_allclose(T* a, T* b, double rtol, double atol, int nan, int* out) {
  return done([&] { *out = at::allclose(*a, *b, rtol, atol, nan != 0); });
}

// Losses; reduction is 0 none, 1 mean, 2 sum -------------------------------------------------------------

#define LOSS(f) API T* t_##f(T* x, T* y, int reduction) { return made([&] { return at::f(*x, *y, reduction); }); }
LOSS(mse_loss) LOSS(l1_loss) LOSS(soft_margin_loss)
API T* t_smooth_l1_loss(T* x, T* y, int reduction, double beta) {
  return made([&] { return at::smooth_l1_loss(*x, *y, reduction, beta); });
}
API T* t_huber_loss(T* x, T* y, int reduction, double delta) { return made([&] { return at::huber_loss(*x, *y, reduction, delta); }); }
API T* t_binary_cross_entropy(T* x, T* y, T* w, int reduction) {
  return made([&] { return at::binary_cross_entropy(*x, *y, maybe(w), reduction); });
}
API T* t_binary_cross_entropy_with_logits(T* x, T* y, T* w, int reduction, T* positive) {
  return made([&] { return at::binary_cross_entropy_with_logits(*x, *y, maybe(w), maybe(positive), reduction); });
}
API T* t_cross_entropy(T* x, T* y, T* w, int64_t ignore, int reduction, double smoothing) {
  return made([&] { return at::cross_entropy_loss(*x, *y, maybe(w), reduction, ignore, smoothing); });
}
API T* t_nll_loss(T* x, T* y, T* w, int reduction) { return made([&] { return at::nll_loss_nd(*x, *y, maybe(w), reduction, -100); }); }
API T* t_kl_div(T* x, T* y, int log_target, int reduction) { return made([&] { return at::kl_div(*x, *y, reduction, log_target != 0); }); }
API T* t_hinge_embedding_loss(T* x, T* y, double margin, int reduction) {
  return made([&] { return at::hinge_embedding_loss(*x, *y, margin, reduction); });
}
API T* t_margin_ranking_loss(T* a, T* b, T* y, double margin, int reduction) {
  return made([&] { return at::margin_ranking_loss(*a, *b, *y, margin, reduction); });
}
API T* t_multi_margin_loss(T* x, T* y, int p, double margin, T* w, int reduction) {
  return made([&] { return at::multi_margin_loss(*x, *y, p, margin, maybe(w), reduction); });
}

// Autograd -----------------------------------------------------------------------------------------------

API int t_backward(T* a) { return done([&] { a->backward(); }); }

API int a_backward(Tensors tensors, Tensors gradients, int retain, int create, Tensors inputs) {
  return done([&] {
    torch::autograd::backward(tensors, gradients, maybe_flag(retain), create != 0, inputs);
  });
}

// One gradient per input into out; null where an allowed unused input has none.
API int a_grad(Tensors outputs, Tensors inputs, Tensors gradients, int retain, int create, int unused, T** out) {
  return done([&] {
    auto list = torch::autograd::grad(
        outputs, inputs, gradients, maybe_flag(retain), create != 0, unused != 0);
    for (size_t i = 0; i < list.size(); ++i) out[i] = list[i].defined() ? new T(std::move(list[i])) : nullptr;
  });
}
