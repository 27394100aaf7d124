// CoDiPack's linear tape without checks (RealReverseUnchecked), reset after each sweep. Its room is made before.
#include <codi.hpp>

#include "peer.h"

using V = codi::RealReverseUnchecked;
using Tape = V::Tape;

static const auto tanh_of = [](const V& x) { return tanh(x); };
static const auto relu = [](const V& x) { return max(x, 0.0); };

// Begins a recording of at most so many statements.
static void begin(size_t statements) {
  Tape& tape = V::getTape();
  static size_t room = 0;
  if (statements > room) {
    tape.setParameter(codi::TapeParameters::JacobianSize, 2 * statements);
    tape.setParameter(codi::TapeParameters::StatementSize, statements);
    room = statements;
  }
  tape.setActive();
}

static void sweep(V& y) {
  Tape& tape = V::getTape();
  tape.registerOutput(y);
  tape.setPassive();
  y.setGradient(1.0);
  tape.evaluate();
}

static work::Results chain(long blocks) {
  V a = work::a, b = work::b, x0 = work::x0;
  begin(blocks * 10 + 1000);
  for (V* leaf : {&a, &b, &x0}) V::getTape().registerInput(*leaf);
  V x = work::chain<V>(a, b, x0, blocks, tanh_of);
  sweep(x);
  work::Results results{x.getValue(), a.getGradient(), b.getGradient(), x0.getGradient()};
  V::getTape().reset();
  return results;
}

static work::Results expressions() {
  work::Results results;
  for (int n = 0; n < work::w2_graphs; ++n) {
    V a = -4.0, b = 2.0;
    begin(1000);
    V::getTape().registerInput(a);
    V::getTape().registerInput(b);
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
    sweep(g);
    results.assign({g.getValue(), a.getGradient(), b.getGradient()});
    V::getTape().reset();
  }
  return results;
}

static double weights[work::parameters];

template <class Activation>
static work::Results step(Activation activation) {
  static std::vector<V> p(work::parameters);
  for (int q = 0; q < work::parameters; ++q) p[q] = weights[q];
  begin(200'000);
  for (V& leaf : p) V::getTape().registerInput(leaf);
  V loss = work::loss<V>([&](int q) -> const V& { return p[q]; }, activation, V(0.0));
  sweep(loss);
  for (int q = 0; q < work::parameters; ++q) weights[q] -= work::rate * p[q].getGradient();
  work::Results results{loss.getValue(), p[0].getGradient(), p[100].getGradient(), p[336].getGradient()};
  V::getTape().reset();
  return results;
}

static void start() { for (int q = 0; q < work::parameters; ++q) weights[q] = work::weight(q); }

int main() {
  return work::serve("CoDiPack (RealReverseUnchecked)", {
      {"W1", {[] { return chain(work::w1_blocks); }}},
      {"W2", {expressions}},
      {"W3", {[] { return step(tanh_of); }, start}},
      {"W5", {[] { return step(relu); }, start}},
      {"W4", {[] { return chain(work::w4_blocks); }}}});
}
