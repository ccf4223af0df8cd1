# shellcheck shell=sh
# Which binary a checkout wants, and which it can live with: what plugin.tmux and install-binary have in common. Sourced; any POSIX sh.
#
# package.json has both: `version` is what is fetched or built, `oldestBinary` is the oldest that the scripts of this checkout can
# work with. A binary in between goes on working while the wanted one is fetched, or when that fails.

# Sets wanted and oldest.
read_versions() { # plugin's folder
  wanted='' oldest=''
  while IFS= read -r line; do
    case $line in
      '  "version": "'*) wanted=${line#'  "version": "'} wanted=${wanted%%'"'*} ;;
      '  "oldestBinary": "'*) oldest=${line#'  "oldestBinary": "'} oldest=${oldest%%'"'*} ;;
      '  "scripts"'*) break ;;
    esac
  done <"$1/package.json"
  is_version "$wanted" && is_version "$oldest"
}

is_version() { # text
  case $1 in
    *[!0-9.]* | .* | *. | *..* | *.*.*.*) return 1 ;;
    *.*.*) ;;
    *) return 1 ;;
  esac
}

# Is the first version before the second?
older() { # version, version
  major=${1%%.*} minor=${1#*.} patch=${1##*.} than_major=${2%%.*} than_minor=${2#*.} than_patch=${2##*.}
  minor=${minor%.*} than_minor=${than_minor%.*}
  [ "$major" = "$than_major" ] || { [ "$major" -lt "$than_major" ]; return; }
  [ "$minor" = "$than_minor" ] || { [ "$minor" -lt "$than_minor" ]; return; }
  [ "$patch" -lt "$than_patch" ]
}

# The version that was noted beside the plugin's own binary when it was put there. Sets noted; fails when the binary came later.
read_note() { # binary
  noted=
  # shellcheck disable=SC3013 # -nt is in no standard, and in every sh.
  [ -x "$1" ] && [ -f "$1.version" ] && ! [ "$1" -nt "$1.version" ] || return
  IFS= read -r noted <"$1.version"
  is_version "$noted"
}
