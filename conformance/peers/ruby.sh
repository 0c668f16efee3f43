#!/bin/sh
# Puts ruby.wasm, and the JavaScript that runs it on V8, where `./weir conformance wasm-guests` finds them.
#
#   conformance/peers/ruby.sh [DIR]      DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
set -eu

VERSION=2.10.1
dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}

for tool in npm node; do
    command -v "$tool" >/dev/null || { echo "ruby.sh: needs $tool on the PATH" >&2; exit 2; }
done
[ ! -e "$dir/ruby/ruby.wasm" ] || exit 0

rm -rf "$dir/ruby"
mkdir -p "$dir/ruby"
(cd "$dir/ruby" && npm install --silent --no-audit --no-fund --prefix . \
    "@ruby/wasm-wasi@$VERSION" "@ruby/3.4-wasm-wasi@$VERSION")
mv "$dir/ruby/node_modules/@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm" "$dir/ruby/ruby.wasm"
rm -rf "$dir/ruby/node_modules/@ruby/3.4-wasm-wasi"
