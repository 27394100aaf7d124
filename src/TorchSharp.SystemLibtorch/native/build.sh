#!/usr/bin/env bash
# Compiles the bridge between C# and libtorch; prints the path of the library as its last line of output.
#   LIBTORCH   a libtorch folder (include/ and lib/) or a Python torch package; without it, the system's libtorch
#   CXX        the compiler (c++)
# Leaves the library in artifacts/native/<key>/libbridge.so, where the key covers sources, libtorch and compiler, and
# its path in artifacts/native/bridge.path. Exit code 3: something to build with is missing; the text says what.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
out="${BRIDGE_OUT:-$root/artifacts/native}"
cxx="${CXX:-c++}"

say() { echo "$*" >&2; }
missing() { say "$*"; exit 3; }

command -v "$cxx" >/dev/null || missing "No C++ compiler: '$cxx' is not on PATH. On Debian or Ubuntu: apt-get install g++"

# Where libtorch is: $home for the message, $includes and $lib for the compiler.
if [ -n "${LIBTORCH:-}" ]; then
  home="$LIBTORCH"
  [ -d "$home" ] || missing "LIBTORCH names '$home', which is not a folder."
  home=$(cd "$home" && pwd)
  [ -f "$home/include/ATen/ATen.h" ] || missing "LIBTORCH names '$home', which has no include/ATen/ATen.h." \
    "It must be a libtorch folder (include/ and lib/) or a Python torch package (.../site-packages/torch)."
  [ -f "$home/lib/libtorch_cpu.so" ] || missing "LIBTORCH names '$home', which has no lib/libtorch_cpu.so."
  includes="$home/include"
  lib="$home/lib"
else
  home=the\ system
  lib=$(ldconfig -p 2>/dev/null | sed -n 's/.* => \(.*\)\/libtorch_cpu\.so\(\.[0-9.]*\)\{0,1\}$/\1/p' | head -1 || true)
  if [ -z "$lib" ]; then
    for d in /usr/lib/"$("$cxx" -dumpmachine)" /usr/lib64 /usr/lib /usr/local/lib; do
      if compgen -G "$d/libtorch_cpu.so*" >/dev/null; then lib="$d"; break; fi
    done
  fi
  includes=
  for d in /usr/include /usr/local/include; do
    if [ -f "$d/ATen/ATen.h" ]; then includes="$d"; break; fi
  done
  how="Install it (Debian or Ubuntu: apt-get install libtorch-dev), or set LIBTORCH to a libtorch folder or a Python torch package."
  [ -n "$lib" ] || missing "No libtorch: looked for libtorch_cpu.so in ldconfig's list and the usual library folders. $how"
  [ -n "$includes" ] || missing "No headers of libtorch: looked for ATen/ATen.h in /usr/include and /usr/local/include. $how"
fi

# The Itanium name of a std::string parameter tells which of libstdc++'s two strings the library was built with.
abi=0
if grep -aq '_ZN3c106detail.*7__cxx1112basic_string' "$lib/libc10.so" 2>/dev/null; then abi=1; fi

version=$(sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' "$includes/torch/csrc/api/include/torch/version.h" | paste -sd.)
flags=(-std=c++17 -O2 -fPIC -fvisibility=hidden -D_GLIBCXX_USE_CXX11_ABI=$abi
  -I "$includes" -I "$includes/torch/csrc/api/include")

key=$( { cat "$here"/*.h "$here"/*.inc "$here"/*.cpp; echo "$lib $version ${flags[*]}"
  stat -Lc '%s %Y' "$lib/libtorch_cpu.so"; "$cxx" --version | head -1; } | sha256sum | cut -c1-16)
library="$out/$key/libbridge.so"

record() {
  printf '%s\n' "$library" >"$out/bridge.path.$$"
  mv -f "$out/bridge.path.$$" "$out/bridge.path"
  printf '%s\n' "$library"
}

mkdir -p "$out"
exec 9>"$out/lock"
flock 9
if [ -f "$library" ]; then record; exit 0; fi

say "Compiling the bridge to libtorch $version of $home ($lib)"
work=$(mktemp -d "$out/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
compilers=()
for unit in bridge optim memory clock; do
  "$cxx" "${flags[@]}" -c "$here/$unit.cpp" -o "$work/$unit.o" >&2 &
  compilers+=($!)
done
for pid in "${compilers[@]}"; do wait "$pid"; done
"$cxx" -shared "$work"/*.o -o "$work/libbridge.so" -L"$lib" -Wl,-rpath,"$lib" -Wl,--no-undefined \
  -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10 >&2
mkdir -p "$out/$key"
mv -f "$work/libbridge.so" "$library"
record
