#!/bin/sh
# Every file in /run/secrets becomes a variable of its name, unless that is set already: a shop file names its secrets as variables.
set -eu

for file in "${SECRETS_DIR:-/run/secrets}"/*; do
  name=${file##*/}
  case $name in *[!A-Z0-9_]* | [0-9]*) continue ;; esac
  [ -r "$file" ] || continue
  eval "is_set=\${$name+yes}"
  [ "${is_set:-}" = yes ] || export "$name=$(cat "$file")"
done
exec "$@"
