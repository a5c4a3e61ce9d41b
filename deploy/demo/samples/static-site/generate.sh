set -eu
pages=$1 target=$2
mkdir -p "$target"
for page in "$pages"/*.md; do
  name=$(basename "$page" .md)
  awk -f markdown.awk "$page" > "$target/$name.html"
  echo "generated $name.html"
done
