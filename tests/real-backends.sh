#!/usr/bin/env bash
# Builds what the tests talk to from the published Go modules, once, outside the checkout:
# the OpenTelemetry Collector, Jaeger (all-in-one) and telemetrygen, a sender of OTLP in Go.
#
#   tests/real-backends.sh          prints their three paths, in this order, one a line
#
# They are kept in $REAL_BACKENDS_DIR, or else in otlp-workshop/ in the user's cache folder.
# The first time takes some minutes; progress goes to stderr.
# Exit code: 0; 69 without Go; 1 when a build failed; 2 for an argument.
set -euo pipefail

COLLECTOR=0.161.0 # as in docker-compose.yml
JAEGER=1.62.0     # the newest that builds from modules; Jaeger 2 answers the same HTTP API
TELEMETRYGEN=0.161.0

say() { printf 'real-backends: %s\n' "$*" >&2; }

# What otel-collector.yaml names, no more.
collector() {
  cat > manifest.yaml <<END &&
dist: {name: otelcol, version: $COLLECTOR, output_path: built}
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v$COLLECTOR
processors:
  - gomod: go.opentelemetry.io/collector/processor/memorylimiterprocessor v$COLLECTOR
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v$COLLECTOR
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v$COLLECTOR
  - gomod: go.opentelemetry.io/collector/exporter/otlpexporter v$COLLECTOR
END
  go run "go.opentelemetry.io/collector/cmd/builder@v$COLLECTOR" --config manifest.yaml &&
  mv built/otelcol "$1"
}

# Their go.mod files have replace lines, which `go install` refuses: so a module of our own.
command_of() { # package, version, output
  go mod init scratch && go get "$1@v$2" && go build -o "$3" "$1"
}
jaeger() { command_of github.com/jaegertracing/jaeger/cmd/all-in-one "$JAEGER" "$1"; }
telemetrygen() {
  command_of github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen \
    "$TELEMETRYGEN" "$1"
}

# Built under a name that only this run has, moved when whole: two runs at once, or one that is
# interrupted, never leave a part of a program under the name that is used.
build() { # function, version
  local program=$dir/$1-$2
  if [ ! -x "$program" ]; then
    say "building $1 $2"
    mkdir "$work/$1"
    if ! (cd "$work/$1" && "$1" "$work/$1/program") > "$work/log" 2>&1; then
      mv -f "$work/log" "$program.log"
      tail -n 5 "$program.log" >&2
      say "$1 $2 could not be built; all of what Go said: $program.log"
      exit 1
    fi
    mv -f "$work/$1/program" "$program"
  fi
  printf '%s\n' "$program"
}

case ${1:-} in
  '') ;;
  -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit ;;
  *) say "no arguments, please; try $0 --help"; exit 2 ;;
esac

dir=${REAL_BACKENDS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/otlp-workshop}
mkdir -p "$dir"
if ! command -v go > /dev/null; then
  say 'no Go on the PATH, so nothing real can be built; install Go from https://go.dev/dl/'
  exit 69
fi
find "$dir" -maxdepth 1 -name 'building.*' -mtime +1 -exec rm -rf {} + # after a kill -9
work=$(mktemp -d "$dir/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Static programs, and nothing taken from a repository or workspace that the folder may lie in.
export CGO_ENABLED=0 GOWORK=off GOFLAGS="${GOFLAGS-} -buildvcs=false"
build collector "$COLLECTOR"
build jaeger "$JAEGER"
build telemetrygen "$TELEMETRYGEN"
