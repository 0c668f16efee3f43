#!/bin/sh
# build.sh COREMARK OUT: builds CoreMark (github.com/eembc/coremark) for this machine with gcc, and for WASI with clang
# and wasi-libc; gets wazero from the Go proxy. Each where its compiler is there.
set -eu

coremark=$(cd "$1" && pwd -P)
mkdir -p "$2"
out=$(cd "$2" && pwd -P)
cd "$coremark"
options='-O2 -Iposix -I. -DPERFORMANCE_RUN=1 -DITERATIONS=0 -DFLAGS_STR=""'
sources='core_list_join.c core_main.c core_matrix.c core_state.c core_util.c posix/core_portme.c'
# shellcheck disable=SC2086
! command -v gcc >/dev/null || gcc $options $sources -o "$out/coremark" -lrt
# shellcheck disable=SC2086
! command -v clang >/dev/null || clang --target=wasm32-wasi $options $sources -o "$out/coremark.wasm"
! command -v go >/dev/null || GOBIN=$out go install github.com/tetratelabs/wazero/cmd/wazero@v1.12.0
