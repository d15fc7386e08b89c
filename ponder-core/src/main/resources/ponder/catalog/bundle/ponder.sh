#!/bin/sh
# Runs the Ponder that lies around this script.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 3
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  *[Uu][Tt][Ff]*) ;;
  *)
    LC_ALL=C.UTF-8
    export LC_ALL
    ;;
esac
# shellcheck disable=SC2086 # PONDER_JAVA_OPTS is a list of words
exec "$root/jre/bin/java" -Xlog:disable --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow ${PONDER_JAVA_OPTS:-} -cp "$root/lib/*" ponder.cli.Main "$@"
