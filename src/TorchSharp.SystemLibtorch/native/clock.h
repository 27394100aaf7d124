// Times what callers spend within the bridge; see clock.cpp. Costs a comparison where nobody asked.
#pragma once
#include <chrono>
#include <cstdint>

extern const bool clock_runs;
void clock_add(int64_t nanoseconds) noexcept;

class Timed {
 public:
  Timed() noexcept { if (__builtin_expect(clock_runs, 0)) begin = now(); }
  ~Timed() { if (__builtin_expect(clock_runs, 0)) clock_add(now() - begin); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  static int64_t now() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  int64_t begin = 0;
};
