# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # install-binary reads and sets some of it
# Gets one file from the release and checks it. Sourced by install-binary; any POSIX sh. What fails sets why.
#
# Nothing here is trusted but SHA256SUMS of the checkout, so plain http and mirrors will do.

# In 512-byte blocks; a released file is a quarter of it. Keeps a server that never stops from filling the disk.
most_blocks=400000

# Sets asset.
platform() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) os= ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) arch= ;;
  esac
  asset=tmux-drift-$wanted-$os-$arch.gz
  [ -n "$os" ] && [ -n "$arch" ] && return
  why="there is no release for $(uname -sm): $build_hint"
  return 1
}

# Sets sum: the tracked one.
sum_of() { # asset
  sum=
  [ ! -r "$dir/SHA256SUMS" ] || while read -r tracked name; do
    [ "$name" != "$1" ] || sum=$tracked
  done <"$dir/SHA256SUMS"
  [ -n "$sum" ] && return
  why="SHA256SUMS has no $1: $build_hint"
  return 1
}

# Where released files are. Sets url: @drift-release-url, else what follows from the checkout's origin.
release_url() {
  if [ -n "$release_option" ]; then
    url=${release_option%/}
    case $url in *'{version}'*) url=${url%%'{version}'*}$wanted${url#*'{version}'} ;; esac
    return
  fi
  origin=$(git -C "$dir" remote get-url origin 2>/dev/null)
  repository=$origin
  case $repository in
    https://* | http://*) scheme=${repository%%://*} rest=${repository#*://} ;;
    ssh://* | git://*) scheme=https rest=${repository#*://} ;;
    file://*) scheme='' rest=${repository#file://} ;;
    /* | ./* | ../*) scheme='' rest=$repository ;;
    # user@host:path
    *:*) scheme=https rest=${repository%%:*}/${repository#*:} ;;
    *)
      why='the checkout has no origin to fetch from: set @drift-release-url'
      return 1
      ;;
  esac
  # A clone of a folder: what was released there lies in it.
  if [ -z "$scheme" ]; then
    url=file://${rest%/}/dist/release
    return
  fi
  rest=${rest%/} rest=${rest%.git}
  host=${rest%%/*} path=${rest#*/}
  # Names and passwords are not for a public file, and a port is not for another protocol.
  host=${host##*@}
  case $repository in ssh://* | git://*) host=${host%%:*} ;; esac
  url=$scheme://$host/$path/releases/download/v$wanted
}

fetch() { # url, file
  case $1 in
    file://*)
      said=$(cp "${1#file://}" "$2" 2>&1) && return
      disk_full || why="cannot fetch $1: $(last_line "$said"). $fetch_hint"
      return 1
      ;;
  esac
  if command -v curl >/dev/null; then
    set -- "$1" "$2" curl -fsSL --connect-timeout 15 --speed-limit 1 --speed-time 60 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    set -- "$1" "$2" wget -q -T 30 -t 1 -O "$2" "$1"
  else
    why="cannot fetch $1: neither curl nor wget is installed. Next step: install one, then source tmux's configuration again"
    return 1
  fi
  address=$1 file=$2
  shift 2
  # stderr is kept: it says why.
  { ulimit -f $most_blocks 2>/dev/null; exec "$@"; } >"$new.said" 2>&1 </dev/null &
  watch $! "$file" && return
  said=$(cat "$new.said")
  disk_full && return 1
  why="cannot fetch $address: $(last_line "${said:-the server did not give it}"). $fetch_hint"
  return 1
}

fetch_hint="Next step: source tmux's configuration to try again, or set @drift-release-url"

# Programs say so in many ways, or cannot even keep their words; so it is tried.
disk_full() {
  { echo >"$new.probe"; } 2>/dev/null && return 1
  why="no space left in $dir/dist: 200 MB are needed for a moment. $fetch_hint"
}

# Waits for a process, shows the size of what it writes, and keeps the lock fresh. Answers its exit status.
watch() { # pid, file or ''
  child=$1
  while kill -0 "$child" 2>/dev/null; do
    touch "$lock" 2>/dev/null
    [ -z "$2" ] || show_size "$2"
    pause
  done
  wait "$child"
  ended=$?
  child=
  return $ended
}

show_size() { # file
  [ -f "$1" ] || return 0
  size=$(wc -c <"$1")
  [ $((size / 1048576)) = 0 ] || show "dl $((size / 1048576))M"
}

check_sum() { # file
  got=$(sha256 "$1") || { why='cannot check the fetched file: none of sha256sum, shasum and openssl is installed'; return 1; }
  [ "$got" = "$sum" ] && return
  if LC_ALL=C head -c 1024 "$1" | grep -qi '<html\|<!doctype'; then
    why="$url/$asset is a web page, not a file: set @drift-release-url to where the releases are"
  else
    why="$asset has another checksum than this checkout's SHA256SUMS (got $(echo "$got" | cut -c 1-12)…): nothing was installed. $fetch_hint"
  fi
  return 1
}

sha256() { # file
  if command -v sha256sum >/dev/null; then
    got=$(sha256sum <"$1")
  elif command -v shasum >/dev/null; then
    got=$(shasum -a 256 <"$1")
  elif command -v openssl >/dev/null; then
    got=$(openssl dgst -sha256 -r <"$1")
  else
    return 1
  fi
  echo "${got%% *}"
}
