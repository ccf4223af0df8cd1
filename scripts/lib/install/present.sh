# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # install-binary reads and sets some of it
# Which binaries are there, and which of them fit. Sourced by install-binary; any POSIX sh.

# @drift-bin is the user's own choice: nothing is put in its place.
check_chosen() {
  version_of "$bin_option" || fail "@drift-bin is $bin_option, which does not run"
  if older "$found" "$oldest"; then fail "@drift-bin is version $found, and $oldest or later is needed: update it, or unset @drift-bin"; fi
  forget_error
  [ "$bin_option" = "$used" ] || { announce; activate "$bin_option"; retire; }
}

# A binary that this checkout can work with: the plugin's own, else the first on the PATH. Sets fitting, own_version and path_version.
find_fitting() {
  fitting='' own_version='' path_version=''
  if version_of "$own"; then
    own_version=$found
    older "$found" "$oldest" || { fitting=$own; return; }
  fi
  on_path=$(command -v tmux-drift) && version_of "$on_path" || return
  path_version=$found
  older "$found" "$oldest" || fitting=$on_path
}

# What is on the PATH is somebody's own business as long as it fits; the plugin's own follows the checkout, up and down.
wants_own() {
  case $fitting in
    '') return 0 ;;
    "$own") [ "$own_version" != "$wanted" ] && can_have_own ;;
    *) return 1 ;;
  esac
}

# A checkout between two releases has sums of neither.
can_have_own() {
  [ "$build" = on ] || { platform && sum_of "$asset"; }
}

# Sets found.
version_of() { # binary
  read_note "$1" && found=$noted && return
  [ -x "$1" ] && [ ! -d "$1" ] || return
  command -v timeout >/dev/null && limit='timeout 10' || limit=''
  found=$($limit "$1" --version 2>/dev/null </dev/null)
  is_version "$found"
}

what_is_there() {
  if [ -n "$own_version" ]; then
    echo "the binary in it is version $own_version"
  elif [ -n "$path_version" ]; then
    echo "the one on the PATH is version $path_version"
  else
    echo 'there is no tmux-drift'
  fi
}
