// Adept's stack, recorded anew each time (new_recording) and swept by compute_adjoint.
#include <adept.h>

#include "peer.h"

using V = adept::adouble;

static adept::Stack stack;

static const auto tanh_of = [](const auto& x) { return tanh(x); };
static const auto relu = [](const V& x) -> V { return max(x, 0.0); };

static work::Results chain(long blocks) {
  V a = work::a, b = work::b, x0 = work::x0;
  stack.new_recording();
  V x = work::chain<V>(a, b, x0, blocks, tanh_of);
  x.set_gradient(1.0);
  stack.compute_adjoint();
  return {x.value(), a.get_gradient(), b.get_gradient(), x0.get_gradient()};
}

static work::Results expressions() {
  work::Results results;
  for (int n = 0; n < work::w2_graphs; ++n) {
    V a = -4.0, b = 2.0;
    stack.new_recording();
    V c = a + b;
    V d = a * b + b * b * b;
    c = c + (c + 1.0);
    c = c + (1.0 + c + (-a));
    d = d + (d * 2.0 + max(b + a, 0.0));
    d = d + (3.0 * d + max(b - a, 0.0));
    V e = c - d;
    V f = e * e;
    V g = f / 2.0;
    g = g + 10.0 / f;
    g.set_gradient(1.0);
    stack.compute_adjoint();
    results.assign({g.value(), a.get_gradient(), b.get_gradient()});
  }
  return results;
}

static double weights[work::parameters];

template <class Activation>
static work::Results step(Activation activation) {
  static std::vector<V> p(work::parameters);
  for (int q = 0; q < work::parameters; ++q) p[q] = weights[q];
  stack.new_recording();
  V loss = work::loss<V>([&](int q) -> const V& { return p[q]; }, activation, V(0.0));
  loss.set_gradient(1.0);
  stack.compute_adjoint();
  for (int q = 0; q < work::parameters; ++q) weights[q] -= work::rate * p[q].get_gradient();
  return {loss.value(), p[0].get_gradient(), p[100].get_gradient(), p[336].get_gradient()};
}

static void start() { for (int q = 0; q < work::parameters; ++q) weights[q] = work::weight(q); }

int main() {
  return work::serve("Adept " + adept::version(), {
      {"W1", {[] { return chain(work::w1_blocks); }}},
      {"W2", {expressions}},
      {"W3", {[] { return step(tanh_of); }, start}},
      {"W5", {[] { return step(relu); }, start}},
      {"W4", {[] { return chain(work::w4_blocks); }}}});
}
