set -eu
cd "$1"
broken=0
for link in $(sed -n 's/.*href="\([^"]*\)".*/\1/p' *.html | sort -u); do
  [ -e "$link" ] || { echo "broken link: $link" >&2; broken=1; }
done
[ "$broken" -eq 0 ] && echo "all links lead somewhere"
