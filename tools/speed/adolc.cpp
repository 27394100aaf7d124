// ADOL-C, traced afresh each time (trace_on ... trace_off) and swept once with fos_reverse. Buffers are large enough that W4 stays in memory.
#include <adolc/adolc.h>

#include "peer.h"

static const auto tanh_of = [](const adouble& x) -> adouble { return tanh(x); };
static const auto relu = [](const adouble& x) -> adouble { return fmax(x, 0.0); };
static constexpr short tag = 1;

// A trace that keeps values, `independents` inputs and one output; then the output's gradient.
template <class Record>
static double traced(const std::vector<double>& at, std::vector<double>& gradient, size_t operations, Record record) {
  double value = 0;
  trace_on(tag, 1, operations, operations * 4, operations, operations * 2);
  {
    std::vector<adouble> in(at.size());
    for (size_t i = 0; i < at.size(); ++i) in[i] <<= at[i];
    adouble out = record(in);
    out >>= value;
  }
  trace_off();
  gradient.resize(at.size());
  double one = 1.0;
  fos_reverse(tag, 1, int(at.size()), &one, gradient.data());
  return value;
}

static work::Results chain(long blocks) {
  std::vector<double> g;
  double x = traced({work::a, work::b, work::x0}, g, size_t(blocks) * 12 + 1000,
                    [&](std::vector<adouble>& v) { return work::chain<adouble>(v[0], v[1], v[2], blocks, tanh_of); });
  return {x, g[0], g[1], g[2]};
}

static work::Results expressions() {
  work::Results results;
  std::vector<double> grad;
  for (int n = 0; n < work::w2_graphs; ++n) {
    double value = traced({-4.0, 2.0}, grad, 1000, [](std::vector<adouble>& v) {
      adouble &a = v[0], &b = v[1];
      adouble c = a + b;
      adouble d = a * b + b * b * b;
      c = c + (c + 1.0);
      c = c + (1.0 + c + (-a));
      d = d + (d * 2.0 + fmax(b + a, 0.0));
      d = d + (3.0 * d + fmax(b - a, 0.0));
      adouble e = c - d;
      adouble f = e * e;
      adouble g = f / 2.0;
      g = g + 10.0 / f;
      return g;
    });
    results.assign({value, grad[0], grad[1]});
  }
  return results;
}

static std::vector<double> weights(work::parameters);

template <class Activation>
static work::Results step(Activation activation) {
  std::vector<double> g;
  double loss = traced(weights, g, 200'000, [&](std::vector<adouble>& p) {
    return work::loss<adouble>([&](int q) -> const adouble& { return p[q]; }, activation, adouble(0.0));
  });
  for (int q = 0; q < work::parameters; ++q) weights[q] -= work::rate * g[q];
  return {loss, g[0], g[100], g[336]};
}

static void start() { for (int q = 0; q < work::parameters; ++q) weights[q] = work::weight(q); }

int main() {
  return work::serve("ADOL-C " ADOLC_VERSION_TEXT, {
      {"W1", {[] { return chain(work::w1_blocks); }}},
      {"W2", {expressions}},
      {"W3", {[] { return step(tanh_of); }, start}},
      {"W5", {[] { return step(relu); }, start}},
      {"W4", {[] { return chain(work::w4_blocks); }}}});
}
