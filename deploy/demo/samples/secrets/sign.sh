set -eu
key=$1
[ -s "$key" ] || { echo "no key" >&2; exit 1; }
cat "$key" message.txt | sha256sum | cut -d' ' -f1 > message.sig
echo "signed: $(cat message.sig)"
