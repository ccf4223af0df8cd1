# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # install-binary reads and sets some of it
# One installer at a time for one plugin folder. Sourced by install-binary; any POSIX sh.
#
# The lock is a folder that holds another one named by its owner's pid: neither needs a byte on a full disk. One whose owner is dead, or
# that was not touched for two minutes, is taken over; two that take over at once both fetch, which only costs time.

# Waits for whoever has it; fails when the folder cannot be written to.
take_lock() {
  mkdir -p "$dir/dist" 2>/dev/null
  until mkdir "$lock" 2>/dev/null; do
    [ -d "$lock" ] || return
    if lock_is_stale; then
      rm -rf "$lock"
    else
      show dl
      still_useful || exit 0
      pause
    fi
  done
  mkdir "$lock/$$"
}

leave_lock() {
  [ ! -d "$lock/$$" ] || rm -rf "$lock"
}

lock_is_stale() {
  for owner in "$lock"/*; do
    owner=${owner##*/}
    case $owner in *[!0-9]*) break ;; esac
    kill -0 "$owner" 2>/dev/null || return 0
  done
  [ -n "$(find "$lock" -prune -mmin +2 2>/dev/null)" ]
}

# A later load of the same server waits as well; one of us is enough.
still_useful() {
  [ -z "$inside" ] || still_wanted
}

pause() {
  sleep 0.3 2>/dev/null || sleep 1
}
