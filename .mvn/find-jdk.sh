# Finds a JDK 25 or newer and exports JAVA_HOME. Sourced by ponder, verify and .ci/run.
#
# A JDK says its version in its `release` file; reading that costs nothing, starting java would cost
# 50 ms each. A folder without javac is a JRE and cannot build, so it is passed over. The first that
# fits wins: JAVA_HOME, then PATH, then the folders that installers use.

ponder_jdk_wanted=25

# Succeeds if $1 is the home of a JDK that is new enough.
ponder_is_jdk() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r ponder_line || [ -n "$ponder_line" ]; do
    case $ponder_line in
      JAVA_VERSION=*)
        ponder_line=${ponder_line#JAVA_VERSION=}
        ponder_line=${ponder_line#\"}
        ponder_line=${ponder_line%%[!0-9]*}
        [ "${ponder_line:-0}" -ge "$ponder_jdk_wanted" ] && return 0
        return 1
        ;;
    esac
  done < "$1/release"
  return 1
}

# Succeeds if the command $1 on the PATH belongs to a fitting JDK; its home is in ponder_home.
ponder_jdk_on_path() {
  ponder_home=$(command -v "$1") || return 1
  while [ -L "$ponder_home" ]; do
    ponder_target=$(readlink "$ponder_home") || return 1
    case $ponder_target in
      /*) ponder_home=$ponder_target ;;
      *) ponder_home=${ponder_home%/*}/$ponder_target ;;
    esac
  done
  ponder_home=${ponder_home%/bin/*}
  ponder_is_jdk "$ponder_home"
}

# Exports JAVA_HOME, or says in one line what to install and fails.
ponder_find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && ponder_is_jdk "$JAVA_HOME"; then
    export JAVA_HOME
    return 0
  fi
  for ponder_home in javac java; do
    if ponder_jdk_on_path "$ponder_home"; then
      JAVA_HOME=$ponder_home
      export JAVA_HOME
      return 0
    fi
  done
  for ponder_home in \
    /usr/lib/jvm/* \
    /usr/lib64/jvm/* \
    /usr/java/* \
    /usr/local/java/* \
    /usr/local/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${SDKMAN_DIR:-${HOME:-/}/.sdkman}"/candidates/java/* \
    "${HOME:-/}"/.jdks/* \
    "${HOME:-/}"/.jbang/cache/jdks/* \
    "${HOME:-/}"/.asdf/installs/java/* \
    "${HOME:-/}"/.local/share/mise/installs/java/* \
    /opt/* \
    /opt/*/*; do
    if ponder_is_jdk "$ponder_home"; then
      JAVA_HOME=$ponder_home
      export JAVA_HOME
      return 0
    fi
  done
  echo "ponder: no JDK $ponder_jdk_wanted or newer found (looked at JAVA_HOME, PATH and the usual folders). Maybe install one (Debian: apt-get install openjdk-25-jdk-headless; macOS: brew install openjdk; any: sdk install java 25-tem), or set JAVA_HOME." >&2
  return 1
}
