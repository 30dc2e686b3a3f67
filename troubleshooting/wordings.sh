#!/bin/sh
# Prints tests/workshop/explain/wordings.txt: what several versions of the SDK, its senders and the
# agent log for the same mistakes. It takes some minutes and a network:
#
#   troubleshooting/wordings.sh > tests/workshop/explain/wordings.txt
set -eu
cd "$(dirname "$0")"
agent=io.opentelemetry.javaagent:opentelemetry-javaagent:2.33.1
agent_app=$(mktemp -d)
trap 'rm -rf "$agent_app" Wordings-*.java' EXIT

# VERSION SENDER [JBANG-OPTION...]
wordings() {
  version=$1 sender=$2
  shift 2
  sed "s/\(opentelemetry-bom:\)[0-9.]*/\1$version/" Wordings.java >"Wordings-$version.java"
  ../jbang run -m Wordings "$@" "Wordings-$version.java" "$sender"
}

jdk() {
  wordings "$1" JDK --deps "io.opentelemetry:opentelemetry-exporter-sender-jdk:$1" \
    "-D$2=io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSenderProvider"
}

# WHY PROPERTY...: what the agent logs in a program that logs one line
agent() {
  why=$1
  shift
  printf '\n%s agent: %s\n' "${agent##*:}" "$why"
  ../jbang run --javaagent="$agent" "$@" -Dotel.exporter.otlp.timeout=2000 "$agent_app/App.java" 2>&1 |
    grep -E '^\[otel|^[a-z.]+[A-Z][A-Za-z]+(Exception|Error)|^Caused by' |
    grep -v VersionLogger | sed 's/^/  /'
}

printf 'class App { public static void main(String[] a) { System.getLogger("a").log(
  System.Logger.Level.INFO, "hello"); } }\n' >"$agent_app/App.java"

echo '# What is logged for a mistake, word for word, each with the version and the sender that log it.'
echo '# The text after the colon is why, as TROUBLESHOOTING.md says it. See troubleshooting/wordings.sh.'
{
  wordings 1.68.0 OkHttp
  wordings 1.65.0 OkHttp
  wordings 1.58.0 OkHttp
  wordings 1.49.0 OkHttp
  # It words a reset like a connection that is closed early.
  jdk 1.68.0 io.opentelemetry.sdk.common.export.HttpSenderProvider |
    awk 'BEGIN { RS = ""; ORS = "\n\n" } !/JDK: The connection was reset/'
  # For its version 1.49, a response that breaks off is a failure, of which it says only "closed".
  jdk 1.49.0 io.opentelemetry.exporter.internal.http.HttpSenderProvider |
    awk 'BEGIN { RS = ""; ORS = "\n\n" } !/JDK: The (connection was reset|response broke off)/'
  agent 'Nothing listens there.' -Dotel.exporter.otlp.endpoint=http://localhost:1
  agent 'The endpoint in OTEL_EXPORTER_OTLP_ENDPOINT has no scheme http:// or https://.' \
    -Dotel.exporter.otlp.endpoint=localhost:4318
  agent 'No exporter on the class path has this name: it is misspelled, or its library is missing.' \
    -Dotel.traces.exporter=my_backend
  agent 'The host does not exist. Names from docker compose work only inside its containers.' \
    -Dotel.exporter.otlp.endpoint=http://collector.invalid:4318
} | awk '
  # Each wording once: numbers and ids differ from run to run.
  BEGIN { RS = ""; FS = "\n" }
  {
    words = $0
    sub(/^[^:]*:/, "", words)
    gsub(/[0-9]+|sha256[^ ]*/, "", words)
    if (!(words in seen)) print "\n" $0
    seen[words] = 1
  }'
