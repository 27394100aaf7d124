#!/bin/sh
# Builds the peers whose headers this machine has, into the folder named by $1 (default: artifacts/speed beside the solution),
# and says which Debian package brings each one that is missing. Exit 0 also when some are missing: a peer less is not a failure.
# $2 may name a folder that holds the sources of peers without a package, each in a subfolder: there codi.hpp, adept.h and libadept are looked for.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../artifacts/speed}
cxx=${CXX:-g++}
mkdir -p "$out"
failed=0

# search <variable> <pattern>: puts the folder of a file below $2 before a search path of the compiler's.
search() {
  file=$(find "$peers" -name "$2" \( -type f -o -type l \) 2>/dev/null | sort | head -1)
  [ -z "$file" ] || eval "export $1=\"\$(dirname \"\$file\")\${$1:+:\$$1}\""
}

peers=${2:-}
if [ -n "$peers" ]; then
  search CPATH codi.hpp
  search CPATH adept.h
  search LIBRARY_PATH 'libadept.*'
fi

# peer <name> <package> <header to look for> <flags...>
peer() {
  name=$1 package=$2 header=$3
  shift 3
  if [ -f "$out/$name" ] && [ -z "$(find "$here/$name.cpp" "$here/peer.h" -newer "$out/$name")" ]; then echo "$name: up to date"; return; fi
  if ! echo "#include <$header>" | "$cxx" -std=c++17 -E -x c++ - "$@" >/dev/null 2>&1; then echo "$name: missing, install $package"; return; fi
  if "$cxx" -std=c++17 -O3 -DNDEBUG -march=native "$here/$name.cpp" -o "$out/$name.new" "$@" && mv "$out/$name.new" "$out/$name"; then echo "$name: built"; else echo "$name: did not compile" >&2; failed=1; fi
}

peer sacado "libtrilinos-sacado-dev libtrilinos-kokkos-dev" Sacado_trad.hpp -I/usr/include/trilinos -ltrilinos_sacado
peer adolc libadolc-dev adolc/adolc.h -DADOLC_VERSION_TEXT="\"$(dpkg-query -W -f '${Version}' libadolc-dev 2>/dev/null || echo unknown)\"" -ladolc

# No packages of Debian's.
peer codipack "CoDiPack, and name its folder by --peers" codi.hpp
peer adept "Adept, and name the folder it was built in by --peers" adept.h -ladept
exit $failed
