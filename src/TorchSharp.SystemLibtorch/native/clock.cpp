// How long callers spend within the bridge, libtorch included. Where BRIDGE_CLOCK names a file, the end of the process leaves there the
// seconds, summed over all threads, and the number of calls.
#include "clock.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace {

// A thread's own sums. They stay when it ends, and are read when the process does.
struct Sums {
  int64_t nanoseconds = 0, calls = 0;
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

struct AtExit {
  ~AtExit() {
    FILE* out = file ? std::fopen(file, "w") : nullptr;
    if (!out) return;
    int64_t nanoseconds = 0, calls = 0;
    for (Sums* s = all.load(); s; s = s->next) {
      nanoseconds += s->nanoseconds;
      calls += s->calls;
    }
    std::fprintf(out, "%.3f %lld\n", nanoseconds / 1e9, static_cast<long long>(calls));
    std::fclose(out);
  }
} at_exit;

}  // namespace

const bool clock_runs = file != nullptr;

void clock_add(int64_t nanoseconds) noexcept {
  static thread_local Sums* own = begin_sums();
  own->nanoseconds += nanoseconds;
  ++own->calls;
}
