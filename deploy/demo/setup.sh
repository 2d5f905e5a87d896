#!/bin/sh
# Makes the demo shop, and changes nothing where it is made already: keys, the keyring, settings, a few cards.
set -eu

secrets=${SECRETS_DIR:-/run/secrets}
cardrail() { sh deploy/container/entrypoint.sh node bin/cardrail.js "$@"; }

cardrail keys trial "$secrets"
[ -f "$CARDRAIL_KEYRING_FILE" ] || cardrail keys init --development
# The example shop, with its gateway and channels where the containers find them.
shop=$(mktemp)
sed "s#http://127.0.0.1:#http://${SANDBOX_HOST:-sandbox}:#" examples/shop.yaml >"$shop"
cardrail apply "$shop"
rm -f "$shop"
cardrail cards import examples/cards.csv --sku steam-50 --yes --reason 'demo'
