#!/bin/sh
# Puts a Rust compiler for WASI where `./weir conformance wasm-guests` finds it: Debian's, unpacked and not
# installed, for machines whose own rustc has no standard library for WASI. Debian's clang and lld must be
# installed: it uses their libLLVM and linker.
#
#   conformance/peers/rust.sh [DIR]      DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
set -eu

dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}

for tool in apt-get dpkg-deb wasm-ld; do
    command -v "$tool" >/dev/null || { echo "rust.sh: needs $tool on the PATH" >&2; exit 2; }
done
[ ! -x "$dir/rust/rustc" ] || exit 0

work=$dir/src/rust
rm -rf "$work" "$dir/rust"
mkdir -p "$work" "$dir/rust"
version=$(apt-cache show rustc | sed -n 's/^Version: \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
(cd "$work" && apt-get -q download rustc "libstd-rust-$version" libstd-rust-dev-wasm32)
for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$dir/rust"
done
rm -rf "$work"

# What was not installed is found by its place; the linker is clang's.
cat >"$dir/rust/rustc.new" <<'END'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
libraries=$(dirname "$here"/usr/lib/*/librustc_driver-*.so)
LD_LIBRARY_PATH=$libraries exec "$here/usr/bin/rustc" --target wasm32-wasi -C linker=wasm-ld "$@"
END
chmod +x "$dir/rust/rustc.new"
"$dir/rust/rustc.new" --version
mv "$dir/rust/rustc.new" "$dir/rust/rustc"
