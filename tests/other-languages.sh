#!/usr/bin/env bash
# Installs the OTLP exporters of another language, once, outside the checkout:
#
#   tests/other-languages.sh python        from PyPI; prints the path of a python that has them
#   tests/other-languages.sh javascript    from npm; prints the folder to name in NODE_PATH
#
# They are kept in $OTHER_LANGUAGES_DIR, or else in otlp-workshop/ in the user's cache folder.
# Exit code: 0; 69 without the language; 1 when it could not be installed; 2 for an argument.
set -euo pipefail

PYTHON=1.45.2            # opentelemetry-sdk and opentelemetry-exporter-otlp
JAVASCRIPT=2.2.0         # @opentelemetry/sdk-*; the newest that Node 20 runs
JAVASCRIPT_OTLP=0.208.0  # @opentelemetry/exporter-*-otlp-*, released with it

say() { printf 'other-languages: %s\n' "$*" >&2; }

need() { # program, what to say
  if ! command -v "$1" > /dev/null; then
    say "no $1 on the PATH, so $2 cannot send anything"
    exit 69
  fi
}

python() { # a virtual environment knows its own path, so it is made where it stays
  python3 -m venv "$1" &&
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check \
      "opentelemetry-sdk==$PYTHON" "opentelemetry-exporter-otlp==$PYTHON"
}

javascript() {
  local packages=("@opentelemetry/api@1.9.0") signal transport
  for signal in trace metrics logs; do
    for transport in grpc proto http; do
      packages+=("@opentelemetry/exporter-$signal-otlp-$transport@$JAVASCRIPT_OTLP")
    done
  done
  mkdir -p "$1" && npm install --prefix "$1" --silent --no-audit --no-fund --ignore-scripts \
    "${packages[@]}" "@opentelemetry/sdk-logs@$JAVASCRIPT_OTLP" \
    "@opentelemetry/"{sdk-trace-base,sdk-metrics,resources}"@$JAVASCRIPT"
}

install() { # function, folder; a file says that it is whole
  if [ ! -f "$2/whole" ]; then
    say "installing $2"
    rm -rf "$2"
    if ! "$1" "$2" > "$2.log" 2>&1; then
      tail -n 5 "$2.log" >&2
      say "all that was said: $2.log"
      exit 1
    fi
    : > "$2/whole"
  fi
}

dir=${OTHER_LANGUAGES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/otlp-workshop}
mkdir -p "$dir"
case ${1:-} in
  python)
    need python3 Python
    install python "$dir/python-$PYTHON"
    printf '%s\n' "$dir/python-$PYTHON/bin/python"
    ;;
  javascript)
    need node JavaScript
    need npm JavaScript
    install javascript "$dir/javascript-$JAVASCRIPT"
    printf '%s\n' "$dir/javascript-$JAVASCRIPT/node_modules"
    ;;
  -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" ;;
  *) say "python or javascript? Try $0 --help"; exit 2 ;;
esac
