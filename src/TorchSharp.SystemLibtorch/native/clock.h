// Times what callers spend within the bridge; see clock.cpp. Costs a comparison where nobody asked.
#pragma once
#include <chrono>
#include <cstdint>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

extern const bool clock_runs;
void clock_add(int64_t ticks) noexcept;

// In units that clock.cpp relates to seconds: the processor's counter takes a fraction of the time of a call of the system's clock.
inline int64_t clock_ticks() noexcept {
#ifdef __x86_64__
  return static_cast<int64_t>(__rdtsc());
#else
  return std::chrono::steady_clock::now().time_since_epoch().count();
#endif
}

class Timed {
 public:
  Timed() noexcept { if (__builtin_expect(clock_runs, 0)) begin = clock_ticks(); }
  ~Timed() { if (__builtin_expect(clock_runs, 0)) clock_add(clock_ticks() - begin); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  int64_t begin = 0;
};
