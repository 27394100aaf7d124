// libtorch on one thread. W3 is vectorised, as one would write it; W1, W2 and W3-0dim use 0-dim tensors, one per scalar.
#include <torch/torch.h>
#include <torch/version.h>

#include "peer.h"

using torch::Tensor;

static const auto options = torch::TensorOptions().dtype(torch::kFloat64);
static Tensor leaf(double x) { return torch::full({}, x, options).requires_grad_(true); }
static const auto tanh_of = [](const Tensor& x) { return x.tanh(); };

static work::Results chain(long blocks) {
  Tensor a = leaf(work::a), b = leaf(work::b), x0 = leaf(work::x0);
  Tensor x = work::chain<Tensor>(a, b, x0, blocks, tanh_of);
  x.backward();
  return {x.item<double>(), a.grad().item<double>(), b.grad().item<double>(), x0.grad().item<double>()};
}

static work::Results expressions() {
  work::Results results;
  for (int n = 0; n < work::w2_graphs; ++n) {
    Tensor a = leaf(-4.0), b = leaf(2.0);
    Tensor c = a + b;
    Tensor d = a * b + b.pow(3);
    c = c + (c + 1);
    c = c + (1 + c + (-a));
    d = d + (d * 2 + (b + a).relu());
    d = d + (3 * d + (b - a).relu());
    Tensor e = c - d;
    Tensor f = e.pow(2);
    Tensor g = f / 2.0;
    g = g + 10.0 / f;
    g.backward();
    results.assign({g.item<double>(), a.grad().item<double>(), b.grad().item<double>()});
  }
  return results;
}

namespace scalar {
static std::vector<Tensor> p;
static void start() {
  p.clear();
  for (int q = 0; q < work::parameters; ++q) p.push_back(leaf(work::weight(q)));
}
static work::Results step() {
  for (Tensor& t : p) t.mutable_grad() = Tensor();
  Tensor loss = work::loss<Tensor>([](int q) -> const Tensor& { return p[q]; }, tanh_of, torch::zeros({}, options));
  loss.backward();
  torch::NoGradGuard quiet;
  for (Tensor& t : p) t.sub_(t.grad(), work::rate);
  return {loss.item<double>(), p[0].grad().item<double>(), p[100].grad().item<double>(), p[336].grad().item<double>()};
}
}  // namespace scalar

namespace vectorised {
struct Layer { Tensor weight, bias; };
static std::vector<Layer> layers;
static Tensor xs, ts;
static void start() {
  layers.clear();
  int q = 0;
  for (auto [ins, outs] : {std::pair<int, int>{2, work::hidden}, {work::hidden, work::hidden}, {work::hidden, 1}}) {
    Layer l{torch::empty({outs, ins}, options), torch::empty({outs}, options)};
    auto w = l.weight.accessor<double, 2>();
    auto b = l.bias.accessor<double, 1>();
    for (int j = 0; j < outs; ++j) {
      for (int k = 0; k < ins; ++k) w[j][k] = work::weight(q++);
      b[j] = work::weight(q++);
    }
    l.weight.requires_grad_(true);
    l.bias.requires_grad_(true);
    layers.push_back(l);
  }
  xs = torch::empty({work::points, 2}, options);
  ts = torch::empty({work::points, 1}, options);
  for (int i = 0; i < work::points; ++i) {
    xs[i][0] = work::input(i, 0);
    xs[i][1] = work::input(i, 1);
    ts[i][0] = work::target(i);
  }
}
static work::Results step() {
  for (Layer& l : layers) l.weight.mutable_grad() = Tensor(), l.bias.mutable_grad() = Tensor();
  Tensor h = torch::linear(xs, layers[0].weight, layers[0].bias).tanh();
  h = torch::linear(h, layers[1].weight, layers[1].bias).tanh();
  Tensor out = torch::linear(h, layers[2].weight, layers[2].bias);
  Tensor miss = out - ts;
  Tensor loss = (miss * miss).sum() / double(work::points);
  loss.backward();
  torch::NoGradGuard quiet;
  for (Layer& l : layers) l.weight.sub_(l.weight.grad(), work::rate), l.bias.sub_(l.bias.grad(), work::rate);
  // Parameter 100 is weight 1 of neuron 3 in the second layer: 100 = 48 + 3*17 + 1.
  return {loss.item<double>(), layers[0].weight.grad().data_ptr<double>()[0], layers[1].weight.grad().data_ptr<double>()[3 * work::hidden + 1],
          layers[2].bias.grad().data_ptr<double>()[0]};
}
}  // namespace vectorised

int main() {
  torch::set_num_threads(1);
  return work::serve("libtorch " TORCH_VERSION ", one thread", {
      {"W1", {[] { return chain(work::w1_blocks); }}},
      {"W2", {expressions}},
      {"W3", {vectorised::step, vectorised::start}},
      {"W3-0dim", {scalar::step, scalar::start}}});
}
