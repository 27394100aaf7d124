#!/usr/bin/env bash
# Prints the lines that git keeps, of files that people write: by project or room and by folder in it; then the public types of each assembly of src
# and comparisons, as many as its sources declare outside of others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "lines  room"
git ls-files src comparisons tools samples tests | grep -E '\.(cs|razor|css|py|cpp|h|sh|js|awk)$' | while read -r file; do
  printf '%s\t%s\n' "$(wc -l <"$file")" "$file"
done | awk -F '\t' '
  { n = split($2, part, "/"); room = part[1]
    count[room] += $1
    for (i = 2; i < n && i <= 3; i++) { room = room "/" part[i]; count[room] += $1 } }
  END { for (room in count) printf "%s\t%d\n", room, count[room] }' | tr / '\001' | LC_ALL=C sort -t $'\t' -k 1,1 | tr '\001' / | awk -F '\t' '
  { depth = gsub("/", "/", $1); name = $1; if (depth) sub(".*/", "", name); printf "%6d  %*s%s\n", $2, 2 * depth, "", name }
  !depth { all += $2 }
  END { printf "%6d  in all\n", all }'

echo
echo "public types  assembly"
for project in src/*/*.csproj comparisons/*.csproj; do
  [ -f "$project" ] || continue
  types=$(git ls-files "$(dirname "$project")" | { grep '\.cs$' || true; } | tr '\n' '\0' | xargs -0 cat |
    grep -cE '^public ((static|sealed|abstract|readonly|partial|unsafe|ref) )*(class|struct|record|interface|enum|delegate) ' || true)
  printf '%12d  %s\n' "$types" "$(basename "$project" .csproj)"
done
