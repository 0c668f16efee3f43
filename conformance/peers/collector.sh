#!/bin/sh
# Builds the OpenTelemetry Collector that Weir's telemetry is sent to, from Go modules, with the
# receiver, processor and exporters that the suite uses and nothing else. About two minutes the first
# time; nothing the second.
#
#   conformance/peers/collector.sh [DIR]      DIR defaults to $WEIR_PEERS, else ~/.cache/weir/peers
#
# Prints the environment variable that names the binary. ./weir conformance otlp runs it where it is;
# ./weir test never needs it.
set -eu

COLLECTOR=0.165.0
PROVIDERS=1.71.0
dir=${1:-${WEIR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/weir/peers}}

command -v go >/dev/null || { echo "collector.sh: needs go 1.25 or later on the PATH" >&2; exit 2; }
mkdir -p "$dir/src/collector"

if [ ! -x "$dir/otelcol" ]; then
    echo "building the collector ..." >&2
    cat >"$dir/src/collector/builder.yaml" <<END
dist:
  name: otelcol
  module: weir.dev/peer/collector
  output_path: $dir/src/collector/out
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v$COLLECTOR
processors:
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v$COLLECTOR
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v$COLLECTOR
  - gomod: go.opentelemetry.io/collector/exporter/nopexporter v$COLLECTOR
  - gomod: go.opentelemetry.io/collector/exporter/otlpexporter v$COLLECTOR
  - gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter v$COLLECTOR
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider v$PROVIDERS
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v$PROVIDERS
END
    {
        GOBIN=$dir/src/collector go install "go.opentelemetry.io/collector/cmd/builder@v$COLLECTOR" &&
            "$dir/src/collector/builder" --config "$dir/src/collector/builder.yaml" &&
            mv "$dir/src/collector/out/otelcol" "$dir/otelcol"
    } >"$dir/collector.log" 2>&1 || { tail -n 20 "$dir/collector.log" >&2; exit 1; }
fi

echo "export WEIR_OTELCOL=$dir/otelcol"
