// What every C++ driver here shares: the work's constants, and the line protocol that lets one process time several peers in turn.
//
//   about                     -> one line: library, version, compiler
//   run <work> <repetitions>  -> <nanoseconds per repetition> <result> <result> ...   (%.17g)
//   anything it cannot do     -> "no <reason>"
//
// A driver lives until its input ends, so what it warmed stays warm. `run W3 n` starts from the initial weights each time and takes n
// steps: equal n gives equal results in every peer. W3-mlp and W3-replay are ways in which the engine takes the same step. W6 (a network
// of 784-128-10 on a batch of 64) is the engine's and PyTorch's alone, W7 and W8 (backward passes) the engine's: see Ours.cs.
#pragma once
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace work {

// W1 and W4: `blocks` blocks of ten nodes: x = x*a + b four times, x = x*a, x = tanh(x). W1 has 10,000 blocks, W4 1,000,000.
// Results: x, then the gradients of a, b, x0.
constexpr double a = 1.00001, b = 1e-7, x0 = 0.02;
constexpr long w1_blocks = 10'000, w4_blocks = 1'000'000;

template <class V, class Tanh>
V chain(const V& va, const V& vb, const V& start, long blocks, Tanh tanh_of) {
  V x = start;
  for (long k = 0; k < blocks; ++k) {
    x = x * va + vb;
    x = x * va + vb;
    x = x * va + vb;
    x = x * va + vb;
    x = x * va;
    x = tanh_of(x);
  }
  return x;
}

// W2: micrograd's README expression, 10,000 times; squares and cubes as products where a library has no cheap integer power, relu as
// the library offers it. Results: g, then the gradients of a and b: 24.7041, 138.8338, 645.5773.
constexpr int w2_graphs = 10'000;

// W3: 2-16-16-1, tanh, linear output. Parameters lie neuron by neuron, weights then bias. 100 points: x = (sin 0.37i, cos 0.61i),
// target +1 where the two have the same sign and -1 elsewhere; loss = sum of squares / 100; w -= 0.01 dw.
// Results: the last step's loss, then its gradients of parameters 0, 100 and 336. W5: the same with ReLU.
constexpr int hidden = 16, parameters = 337, points = 100;
constexpr double rate = 0.01;
inline double weight(int i) { return 0.5 * std::sin(1.7 * i + 0.3); }
inline double input(int i, int k) { return k == 0 ? std::sin(0.37 * i) : std::cos(0.61 * i); }
inline double target(int i) { return input(i, 0) * input(i, 1) > 0 ? 1.0 : -1.0; }

// The scalar network. `at(q)` is parameter q.
template <class V, class At, class Activation>
V loss(At at, Activation activation, const V& zero) {
  static const std::vector<double> xs = [] { std::vector<double> v; for (int i = 0; i < points; ++i) for (int k = 0; k < 2; ++k) v.push_back(input(i, k)); return v; }();
  static const std::vector<double> ts = [] { std::vector<double> v; for (int i = 0; i < points; ++i) v.push_back(target(i)); return v; }();
  V total = zero;
  std::vector<V> first(hidden, zero), second(hidden, zero);
  for (int i = 0; i < points; ++i) {
    int q = 0;
    for (int j = 0; j < hidden; ++j, q += 3) {
      V s = at(q) * xs[2 * i];
      s = s + at(q + 1) * xs[2 * i + 1];
      s = s + at(q + 2);
      first[j] = activation(s);
    }
    for (int j = 0; j < hidden; ++j, q += hidden + 1) {
      V s = at(q) * first[0];
      for (int k = 1; k < hidden; ++k) s = s + at(q + k) * first[k];
      s = s + at(q + hidden);
      second[j] = activation(s);
    }
    V out = at(q) * second[0];
    for (int k = 1; k < hidden; ++k) out = out + at(q + k) * second[k];
    out = out + at(q + hidden);
    V miss = out - ts[i];
    total = total + miss * miss;
  }
  return total / double(points);
}

using Results = std::vector<double>;

struct Job {
  std::function<Results()> once;
  std::function<void()> start = [] {};
};

inline int serve(const std::string& about, std::map<std::string, Job> jobs) {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string verb, name;
    long repetitions = 0;
    words >> verb >> name >> repetitions;
    if (verb == "about") {
      std::cout << about << ", g++ " << __VERSION__ << std::endl;
      continue;
    }
    auto job = jobs.find(name);
    if (verb != "run" || job == jobs.end() || repetitions < 1) {
      std::cout << "no: expected about, or run <work> <repetitions> with work one of";
      for (auto& j : jobs) std::cout << ' ' << j.first;
      std::cout << std::endl;
      continue;
    }
    job->second.start();
    Results results;
    auto begin = std::chrono::steady_clock::now();
    for (long r = 0; r < repetitions; ++r) results = job->second.once();
    double ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / repetitions;
    std::printf("%.1f", ns);
    for (double x : results) std::printf(" %.17g", x);
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace work
