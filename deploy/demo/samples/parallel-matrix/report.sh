# Fails when a shard is missing.
set -eu
expected=$1
found=$(ls results | wc -l)
[ "$found" -eq "$expected" ] || { echo "only $found of $expected shards" >&2; exit 1; }
awk '{ total += $1 } END { print "total of " NR " shards: " total }' results/*
