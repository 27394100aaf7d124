// How long callers spend within the bridge, libtorch included. Where BRIDGE_CLOCK names a file, the end of the process leaves there the
// seconds, summed over all threads, and the number of calls.
#include "clock.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace {

// A thread's own sums. They stay when it ends, and are read when the process does.
struct Sums {
  int64_t ticks = 0, calls = 0;
  Sums* next = nullptr;
};

std::atomic<Sums*> all{nullptr};

Sums* begin_sums() {
  Sums* sums = new Sums;
  sums->next = all.load();
  while (!all.compare_exchange_weak(sums->next, sums)) {}
  return sums;
}

const char* const file = std::getenv("BRIDGE_CLOCK");

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct WholeTime {
  const double began = seconds();
  const int64_t ticks_at_begin = clock_ticks();

  ~WholeTime() {
    FILE* out = file ? std::fopen(file, "w") : nullptr;
    if (!out) return;
    const double per_tick = (seconds() - began) / static_cast<double>(clock_ticks() - ticks_at_begin);
    int64_t ticks = 0, calls = 0;
    for (Sums* s = all.load(); s; s = s->next) {
      ticks += s->ticks;
      calls += s->calls;
    }
    std::fprintf(out, "%.3f %lld\n", static_cast<double>(ticks) * per_tick, static_cast<long long>(calls));
    std::fclose(out);
  }
} whole_time;

}  // namespace

const bool clock_runs = file != nullptr;

void clock_add(int64_t ticks) noexcept {
  static thread_local Sums* own = begin_sums();
  own->ticks += ticks;
  ++own->calls;
}
