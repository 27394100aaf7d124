// Sacado's reverse mode (Trilinos): Sacado::Rad::ADvar, one global tape that Gradcomp sweeps and forgets.
#include <Sacado_trad.hpp>

#include "peer.h"

using V = Sacado::Rad::ADvar<double>;
using Tape = Sacado::Rad::ADcontext<double>;

static const auto tanh_of = [](const V& x) -> V { return tanh(x); };
// No relu in Sacado; below zero the result still depends on x, with slope 0.
static V relu(const V& x) { return x.val() > 0 ? x : V(0.0 * x); }

static work::Results chain(long blocks) {
  V a(work::a), b(work::b), x0(work::x0);
  V x = work::chain<V>(a, b, x0, blocks, tanh_of);
  Tape::Gradcomp();
  return {x.val(), a.adj(), b.adj(), x0.adj()};
}

static work::Results expressions() {
  work::Results results;
  for (int n = 0; n < work::w2_graphs; ++n) {
    V a(-4.0), b(2.0);
    V c = a + b;
    V d = a * b + b * b * b;
    c = c + (c + 1.0);
    c = c + (1.0 + c + (-a));
    d = d + (d * 2.0 + relu(b + a));
    d = d + (3.0 * d + relu(b - a));
    V e = c - d;
    V f = e * e;
    V g = f / 2.0;
    g = g + 10.0 / f;
    Tape::Gradcomp();
    results.assign({g.val(), a.adj(), b.adj()});
  }
  return results;
}

static double weights[work::parameters];

template <class Activation>
static work::Results step(Activation activation) {
  std::vector<V> p;
  p.reserve(work::parameters);
  for (double w : weights) p.emplace_back(w);
  V loss = work::loss<V>([&](int q) -> const V& { return p[q]; }, activation, V(0.0));
  Tape::Gradcomp();
  for (int q = 0; q < work::parameters; ++q) weights[q] -= work::rate * p[q].adj();
  return {loss.val(), p[0].adj(), p[100].adj(), p[336].adj()};
}

static void start() { for (int q = 0; q < work::parameters; ++q) weights[q] = work::weight(q); }

int main() {
  return work::serve("Sacado (Rad::ADvar)", {
      {"W1", {[] { return chain(work::w1_blocks); }}},
      {"W2", {expressions}},
      {"W3", {[] { return step(tanh_of); }, start}},
      {"W5", {[] { return step(relu); }, start}},
      {"W4", {[] { return chain(work::w4_blocks); }}}});
}
