// What both translation units of the bridge share: handles, and the fence no C++ exception crosses.
#pragma once
#include "clock.h"
#include <ATen/core/Tensor.h>
#include <c10/core/Scalar.h>
#include <c10/util/ArrayRef.h>
#include <torch/version.h>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

using T = at::Tensor;

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
template <class V> using Maybe = std::optional<V>;
#else
template <class V> using Maybe = c10::optional<V>;
#endif

// A number as C# passes it: the bits of a double or an integer, and which of them it is.
struct Number {
  int64_t bits;
  int64_t kind;  // 0 double, 1 integer, 2 boolean
  operator at::Scalar() const;
};

struct Ints {
  const int64_t* data;
  int64_t count;
  operator at::IntArrayRef() const { return {data, static_cast<size_t>(count)}; }
};

struct Tensors {
  T** data;
  int64_t count;
  operator std::vector<T>() const {
    std::vector<T> list;
    list.reserve(count);
    for (int64_t i = 0; i < count; ++i) list.push_back(data[i] ? *data[i] : T());
    return list;
  }
};

void keep_error() noexcept;  // stores the exception being handled, for bridge_error

// A new handle, or null with the error kept.
template <class F> T* made(F&& f) noexcept {
  Timed timed;
  try { return new T(f()); } catch (...) { keep_error(); return nullptr; }
}

// 0, or -1 with the error kept.
template <class F> int done(F&& f) noexcept {
  Timed timed;
  try { f(); return 0; } catch (...) { keep_error(); return -1; }
}

inline Maybe<T> maybe(const T* t) { return t ? Maybe<T>(*t) : Maybe<T>(); }
inline Maybe<at::ScalarType> maybe_type(int dtype) {
  return dtype < 0 ? Maybe<at::ScalarType>() : Maybe<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}
inline Maybe<bool> maybe_flag(int flag) { return flag < 0 ? Maybe<bool>() : Maybe<bool>(flag != 0); }
