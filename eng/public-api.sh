#!/usr/bin/env bash
# Adds what the public surface of a project gained to its PublicAPI.Unshipped.txt, and drops what it lost.
# usage: eng/public-api.sh src/Abstractions [src/...]
set -euo pipefail
cd "$(dirname "$0")/.."
for project in "$@"; do
  shipped="$project/PublicAPI.Shipped.txt"; unshipped="$project/PublicAPI.Unshipped.txt"
  [ -f "$shipped" ] || printf '#nullable enable\n' > "$shipped"
  printf '#nullable enable\n' > "$unshipped"
  dotnet build "$project" -p:TreatWarningsAsErrors=false -p:BuildProjectReferences=true --no-incremental -v q -clp:NoSummary 2>&1 \
    | sed -n "s/.*warning RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >> "$unshipped"
  echo "$project: $(($(wc -l < "$unshipped") - 1)) unshipped"
done
