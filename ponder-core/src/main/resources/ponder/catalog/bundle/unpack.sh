#!/bin/sh
# Puts Ponder together from its pieces.
#
#   sh unpack.sh FROM [TO]
#
# FROM holds the pieces, in folders or side by side; TO (default: /opt/ponder) gets Ponder. Every
# piece is compared with its SHA-256 before anything is unpacked.
set -eu
from=${1:?usage: sh unpack.sh FROM [TO]}
to=${2:-/opt/ponder}
sums=$(dirname -- "$0")/pieces.sha256

fail() {
  echo "unpack: $*" >&2
  exit 3
}

# The file of the piece called $1.
piece() {
  find "$from" -type f -name "$1" | head -n 1
}

# The pieces of the file called $1, joined.
joined() {
  while read -r _ name; do
    [ "${name%.*}" != "$1" ] || cat "$(piece "$name")"
  done < "$sums"
}

command -v xz > /dev/null || fail "xz is not on this machine."
[ -r "$sums" ] || fail "$sums is missing: it belongs beside this script."
while read -r sum name; do
  file=$(piece "$name")
  [ -n "$file" ] || fail "the piece $name is not in $from."
  found=$(sha256sum < "$file")
  [ "${found%% *}" = "$sum" ] || fail "the piece $name is damaged. Maybe copy it again."
done < "$sums"

mkdir -p "$to/home/models"
joined ponder.tar.xz | xz -dc -T0 | tar xf - -C "$to"
while read -r _ name; do
  file=${name%.*}
  case $name in
    ponder.tar.xz.*) ;;
    *.000) joined "$file" > "$to/home/models/$file" ;;
  esac
done < "$sums"
echo "Ponder is in $to. Now: PONDER_ROOT=$to . $(dirname -- "$0")/env.sh"
