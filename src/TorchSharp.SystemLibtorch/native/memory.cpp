// Memory of tensors of a few numbers. libtorch asks the C library for aligned memory for each tensor, which for 0-dim tensors is a good part
// of their time; here blocks of that size come from a list of the thread's own. What numbers are computed does not depend on it.
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <cstring>
#include <mutex>

namespace {

constexpr size_t block = 64;                   // libtorch's alignment
constexpr size_t reserved = size_t(1) << 28;   // address space; pages are taken as they are touched
constexpr size_t batch = 1024;                 // blocks that pass from thread to thread at a time; a thread keeps two at most

// A free block. The first of a batch also knows how many there are in it, and the next batch.
struct Free {
  Free* next;
  size_t count;
  Free* next_batch;
};
struct List { Free* first; size_t count; };

char* start = nullptr;
size_t carved = 0;
std::mutex shared_lock;
Free* shared = nullptr;  // batches
c10::Allocator* general = nullptr;

__attribute__((tls_model("initial-exec"))) thread_local List own{nullptr, 0};

// Gives the blocks that the thread freed last, not more than it has, to whoever asks next.
void share(size_t count) {
  Free* first = own.first;
  if (!first) return;
  Free* last = first;
  for (size_t i = 1; i < count; ++i) last = last->next;
  own.first = last->next;
  own.count -= count;
  last->next = nullptr;
  first->count = count;
  std::lock_guard<std::mutex> hold(shared_lock);
  first->next_batch = shared;
  shared = first;
}

struct AtThreadEnd { ~AtThreadEnd() { share(own.count); } };

// A thread's list is empty: takes a batch that another gave, or new blocks. False where the reserve is used up.
bool refill() {
  static thread_local AtThreadEnd at_end;
  (void)&at_end;
  std::lock_guard<std::mutex> hold(shared_lock);
  if (shared) {
    own = {shared, shared->count};
    shared = shared->next_batch;
    return true;
  }
  for (; own.count < batch && carved + block <= reserved; carved += block, ++own.count) {
    Free* f = reinterpret_cast<Free*>(start + carved);
    f->next = own.first;
    own.first = f;
  }
  return own.first != nullptr;
}

void drop(void* p) {
  if (static_cast<size_t>(static_cast<char*>(p) - start) >= reserved) {
    general->raw_deallocate(p);
    return;
  }
  Free* f = static_cast<Free*>(p);
  f->next = own.first;
  own.first = f;
  if (++own.count == 2 * batch) share(batch);
}

// libtorch 1 declares allocate const, libtorch 2 without; copy_data is libtorch 2's alone. Each overrides what there is.
struct Blocks final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) const {
    if (bytes == 0 || bytes > block || (!own.first && !refill())) {
      void* p = bytes == 0 ? nullptr : general->raw_allocate(bytes);
      return {p, p, &drop, c10::Device(c10::kCPU)};
    }
    Free* f = own.first;
    own.first = f->next;
    --own.count;
    return {f, f, &drop, c10::Device(c10::kCPU)};
  }
  c10::DataPtr allocate(size_t bytes) { return static_cast<const Blocks*>(this)->allocate(bytes); }
  c10::DeleterFnPtr raw_deleter() const { return &drop; }
  void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
};

// As the bridge is loaded: before any tensor of ours, and on no account a reason to fail.
const bool installed = [] {
  general = c10::GetCPUAllocator();
  void* space = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (!general || !general->raw_deleter() || space == MAP_FAILED) return false;
  start = static_cast<char*>(space);
  c10::SetCPUAllocator(new Blocks, 1);  // for as long as the process lives
  return true;
}();

}  // namespace
