#!/bin/sh
# Makes the Python that runs the W3C's trace-context suite: a virtual environment with aiohttp.
#
#   conformance/peers/trace-context.sh [DIR]   DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
#
# Prints the environment variable that names it. ./weir conformance trace-context looks there too.
set -eu

AIOHTTP=3.14.5
dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}/trace-context

command -v python3 >/dev/null || { echo "trace-context.sh: needs python3 on the PATH" >&2; exit 2; }
if [ ! -x "$dir/bin/python3" ] || ! "$dir/bin/python3" -c 'import aiohttp' 2>/dev/null; then
    mkdir -p "$dir"
    python3 -m venv "$dir"
    "$dir/bin/python3" -m pip install --quiet "aiohttp==$AIOHTTP"
fi

echo "export WEIR_PYTHON=$dir/bin/python3"
