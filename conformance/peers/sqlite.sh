#!/bin/sh
# Puts SQLite's sources, sqlite3.c and sqlite3.h, where `./weir conformance wasm-guests` finds them: out of the
# crate libsqlite3-sys, which carries them as they are.
#
#   conformance/peers/sqlite.sh [DIR]      DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
set -eu

CRATE=0.40.0
dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}

command -v cargo >/dev/null || { echo "sqlite.sh: needs cargo on the PATH" >&2; exit 2; }
[ ! -e "$dir/sqlite/sqlite3.h" ] || exit 0

work=$dir/src/sqlite
mkdir -p "$work/src" "$dir/sqlite"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<END
[package]
name = "sqlite"
version = "0.0.0"
edition = "2021"
[dependencies]
libsqlite3-sys = "=$CRATE"
[workspace]
END
(cd "$work" && cargo vendor -q vendor >/dev/null)
cp "$work/vendor/libsqlite3-sys/sqlite3/sqlite3.c" "$dir/sqlite/"
cp "$work/vendor/libsqlite3-sys/sqlite3/sqlite3.h" "$dir/sqlite/"
rm -rf "$work"
