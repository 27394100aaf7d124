#!/usr/bin/env bash
# Changes the engine's op rules and backward sweep in one small way after the other, with Stryker.NET, and demands that the comparison with PyTorch
# fails each time: exit code 1 if a change stays unseen. A change that makes no difference is marked where it would be made, with its reason, by
# "// Stryker disable once KIND : reason". An op's own comparison reaches nobody else's rule, so mutants of many ops are tried in one run of the
# tests; the sweep is reached by all of them. It takes 15 minutes to an hour on two cores.
#   ./parity mutate                              everything
#   ./parity mutate Ops/Reductions.cs            one file of src/Micrograd
#   ./parity mutate Ops/Reductions.cs --open-report    and what else Stryker.NET takes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
case ${1:-} in
  -h | --help | '-?') sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit ;;
esac
cd "$root/tests/Micrograd.Parity.Comparisons.Tests"
dotnet tool restore >/dev/null

# mutate PART [ARGUMENT...]: its report, as HTML, goes to artifacts/mutation/PART.
mutate() {
  local part=$1; shift
  dotnet stryker -f "$here/$part.json" -O "$root/artifacts/mutation/$part" "$@"
}

case ${1:-} in
  '') status=0; mutate ops || status=1; mutate sweep || status=1; exit "$status" ;;
  *.cs)
    file=$1; shift
    [ -f "$root/src/Micrograd/$file" ] || { echo "parity: there is no file src/Micrograd/$file." >&2; exit 2; }
    case $file in Ops/*) part=ops ;; *) part=sweep ;; esac
    mutate "$part" --mutate "$file" "$@" ;;
  *) echo "parity: '$1' is no C# file of src/Micrograd. Try './parity mutate --help'." >&2; exit 2 ;;
esac
