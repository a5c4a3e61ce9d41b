set -eu
printf '# %s %s (%s)\n' "$1" "$2" "$3" > NOTES.md
cat NOTES.md
