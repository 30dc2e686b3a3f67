#!/usr/bin/env bash
# Installs Jupyter's JJava kernel and nbclient from PyPI, once, in a venv outside the checkout.
#
#   tests/jupyter.sh          prints the path of the venv's python
#
# It is kept in $JUPYTER_DIR, or else in otlp-workshop/ in the user's cache folder.
# Exit code: 0; 69 without python3, its venv, or PyPI; 1 when pip failed; 2 for an argument.
set -euo pipefail

JJAVA=1.0a8
NBCLIENT=0.11.0
NBFORMAT=5.11.1

say() { printf 'jupyter: %s\n' "$*" >&2; }

case ${1:-} in
  '') ;;
  -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit ;;
  *) say "no arguments, please; try $0 --help"; exit 2 ;;
esac

dir=${JUPYTER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/otlp-workshop}
mkdir -p "$dir"
# A venv cannot be moved. So this file names the one that is whole: two runs at once, or one that
# is interrupted, never leave a part of a venv under the name that is used.
ready=$dir/jupyter-$JJAVA-$NBCLIENT-$NBFORMAT
if [ ! -f "$ready" ] || [ ! -x "$(cat "$ready")" ]; then
  if ! command -v python3 > /dev/null; then
    say 'no python3 on the PATH, so no notebook can be run'
    exit 69
  fi
  venv=$(mktemp -d "$dir/jupyter.XXXXXX")
  trap 'rm -rf "$venv"' EXIT
  say "installing jjava $JJAVA"
  if ! python3 -m venv "$venv" > "$venv/log" 2>&1; then
    say 'python3 -m venv failed; on Debian, install python3-venv'
    exit 69
  fi
  if ! "$venv/bin/pip" install --disable-pip-version-check --quiet \
    "jjava==$JJAVA" "nbclient==$NBCLIENT" "nbformat==$NBFORMAT" > "$venv/log" 2>&1; then
    tail -n 5 "$venv/log" >&2
    "$venv/bin/pip" index versions --pre jjava > /dev/null 2>&1 && exit 1
    say 'PyPI cannot be reached'
    exit 69
  fi
  printf '%s\n' "$venv/bin/python" > "$venv/ready"
  mv -f "$venv/ready" "$ready"
  trap - EXIT
fi
cat "$ready"
