# Asks JBang for the command that starts a program, keeps the answer and starts the program. The
# launcher reads this file if it has no answer yet; the variables and functions are the launcher's.

# --- A proxy and a mirror ------------------------------------------------------------------------
# Turns the variables that most tools read into Java's properties. Properties that are set win.
proxy=
use_proxy() {
  host=${2#*://} host=${host##*@} host=${host%%/*}
  case $host in
    '') ;;
    *:*) proxy="$proxy -D$1.proxyHost=${host%:*} -D$1.proxyPort=${host##*:}" ;;
    *) proxy="$proxy -D$1.proxyHost=$host" ;;
  esac
}
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${JBANG_JAVA_OPTIONS:-}" in
  *proxyHost*) ;;
  *)
    use_proxy https "${HTTPS_PROXY:-${https_proxy:-}}"
    use_proxy http "${HTTP_PROXY:-${http_proxy:-}}"
    direct=${NO_PROXY:-${no_proxy:-}}
    if [ -n "$proxy" ] && [ -n "$direct" ]; then
      # ".a.com, b" becomes "a.com|*.a.com|b|*.b"
      direct=$(printf %s "$direct" |
        sed 's/ //g; s/^\.//; s/,\./,/g; s/[^,]\{1,\}/&|*.&/g; s/,/|/g')
      proxy="$proxy -Dhttp.nonProxyHosts=localhost|127.*|$direct"
    fi
    ;;
esac
mirror=
[ -z "${MVNW_REPOURL:-}" ] || mirror=--repos=central=$MVNW_REPOURL

# --- Turns ---------------------------------------------------------------------------------------
# JBang fails if another JBang that uses the same cache builds at the same time. So they take turns:
# the file lock names the process whose turn it is, and is ignored once that process is gone.
take_turn() {
  tries=0
  until (set -C && printf %s "$$" >"$lock") 2>/dev/null; do
    holder=$(cat "$lock" 2>/dev/null)
    [ -z "$holder" ] || kill -0 "$holder" 2>/dev/null || rm -f "$lock"
    tries=$((tries + 1))
    [ "$tries" -ne 50 ] || echo 'jbang: waiting until another ./jbang has built its program' >&2
    [ "$tries" -lt 3000 ] || break
    sleep 0.1
  done
}
cache=${JBANG_CACHE_DIR:-${JBANG_DIR:-${HOME:-$home}/.jbang}/cache}
lock=$cache/one-build-at-a-time
jar=$home/jbang-$jbang.jar
sum=$(printf %s "$jar" | cksum)
archive=$home/jbang-$jbang-java-$version-${sum%% *}.jsa
login=
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'rm -rf "$archive.$$" "$login"' EXIT
if [ -n "$script" ] && mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ]; then
  take_turn
  trap 'rm -rf "$lock" "$archive.$$" "$login"' EXIT
fi

# --- The answer ----------------------------------------------------------------------------------
# Sets inputs to the files and folders that the script is built from, and before to their checksum.
# No answer is kept for a script whose inputs are not all in this checkout.
find_inputs() {
  rm -f "$kept.answer" "$kept.jsa"
  inputs=$source
  before=
  IFS=$newline
  # A file that is found may name more files.
  until [ "$inputs" = "$before" ] || [ -z "$kept" ]; do
    before=$inputs
    inputs=$(
      find -L $before -type f -name '*.java' -exec awk -f "$home/inputs.awk" {} + 2>/dev/null
    )
    inputs=$(printf '%s\n' $before $inputs | sort -u)
    for input in $inputs; do
      case $input in "$WORKSHOP_DIR"/*) ;; *) kept= ;; esac
    done
  done
  unset IFS
  before=$(checksum "$inputs")
}

# Keeps the command, unless a file was changed while JBang read it.
keep() {
  is_complete && [ -n "$built" ] && [ "$before" = "$(checksum "$inputs")" ] || return
  inputs=$inputs$built
  printf '%s\n' "$(checksum "$inputs")" "$command" "$inputs" >"$kept.$$" &&
    mv -f "$kept.$$" "$kept.answer"
}

# --- JBang ---------------------------------------------------------------------------------------
[ -f "$jar" ] || "$java" $proxy ${JBANG_JAVA_OPTIONS:-} \
  "$home/FetchJBang.java" "$jbang" "$sha256" "$jar" || exit 1

# One compiler is enough for JBang's own JVM, and it loads its classes from an archive that the
# first run with this JBang and this Java creates.
if [ -f "$archive" ]; then
  classes=-XX:SharedArchiveFile=$archive
elif [ -w "$home" ]; then
  classes=-XX:ArchiveClassesAtExit=$archive.$$
else
  classes=-Xshare:auto
fi
# The library that fetches the scripts' libraries takes a proxy's password from Maven's settings
# only, and sends it on one connection only.
case ${HTTPS_PROXY:-}${https_proxy:-}${HTTP_PROXY:-}${http_proxy:-} in
  *@*)
    login=$(mktemp -d) && "$java" $proxy ${JBANG_JAVA_OPTIONS:-} "$home/FetchJBang.java" \
      settings "$login"
    proxy="$proxy -Dmaven.artifact.threads=1 -Daether.dependencyCollector.bf.threads=1"
    ;;
esac
no_console=false
[ -t 0 ] || no_console=true
ask_jbang() {
  JBANG_RUNTIME_SHELL=bash JBANG_STDIN_NOTTY=$no_console \
    JBANG_NO_VERSION_CHECK=${JBANG_NO_VERSION_CHECK:-true} \
    "$java" -XX:TieredStopAtLevel=1 -Xlog:disable "$classes" -Dfile.encoding=UTF-8 \
    ${login:+"-Dmaven.home=$login"} $proxy -Daether.connector.http.useSystemProperties=true \
    ${JBANG_JAVA_OPTIONS:-} -cp "$jar" dev.jbang.Main "$@"
}
if [ -n "$script" ]; then
  [ -w "$home" ] || kept=
  [ -z "$kept" ] || find_inputs
  # Without the arguments: they are added to the printed command, so they arrive as typed.
  command=$(ask_jbang run $mirror "$script")
else
  command=$(ask_jbang "$@")
fi
status=$?
# Only a run loads the classes that the next run needs.
[ "$status" -ne 255 ] || [ ! -f "$archive.$$" ] || mv -f "$archive.$$" "$archive"
if [ "$status" -ne 255 ]; then
  [ -z "$command" ] || printf '%s\n' "$command"
  # JBang does not say why libraries cannot be fetched; with status 1, some may be missing.
  [ "$status" -ne 1 ] || [ ! -f "$script" ] ||
    ask_jbang --offline --quiet info classpath $mirror --deps-only "$script" >/dev/null 2>&1 ||
    "$java" $proxy ${JBANG_JAVA_OPTIONS:-} "$home/FetchJBang.java" why "${script##*/}"
  exit "$status"
fi
trap - EXIT
[ -z "$login" ] || rm -rf "$login"
[ -n "$script" ] || eval "exec $command"
[ -z "$kept" ] || keep
rm -f "$lock"
start "$@"
