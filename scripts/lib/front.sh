# shellcheck shell=sh
# Globals are what these files tell each other; -nt and -ef are in POSIX since 2024 and in every shell long before.
# shellcheck disable=SC2034,SC2154,SC3013,SC2088
# Spool and gate: what event.sh (tmux's hooks) and hook.sh (agents' hooks) have in common. Sourced; any POSIX sh.
#
# Twenty sessions created at once start twenty of these. Each adds its event to the spool; one at a time takes the gate and runs
# the binary, which handles all that is spooled (run.sh); the others leave at once. What must hold:
#
# - No wake-up is lost: an event is spooled before the gate is tried, and whoever held the gate looks at the spool again after
#   leaving it. So a loser met a holder that had yet to leave, and that holder's next look finds the loser's event.
# - No gate sticks: it names its holder, which has it open as long as it lives. One that its holder has not open (it is dead, or its
#   pid is another process by now), or that stays empty, is taken over. Two that take over at once both run, which only costs
#   time: the registry's lock puts them in turn, and an event says "look at this server", never "this happened".
# - A failed run's events stay for the next one, which starts at once only for events that came during it.
#
# A program started costs more than all else here together: what the shell can do itself, it does. Most who come here leave at once: what
# they need not read is in run.sh.

newline='
'

# Where things are, as docs/options.md says: sets state, config and registry ('' for unknown).
find_places() { # @drift-registry
  [ -n "${HOME:-}" ] || return
  state_home=${XDG_STATE_HOME:-$HOME/.local/state}/tmux-drift
  state=${AGENT_SESSIONS_STATE_DIR:-$state_home}
  config=${XDG_CONFIG_HOME:-$HOME/.config}/tmux-drift/config.yaml
  find_registry "$1"
}

# The config file is YAML; the binary writes down what it says about the registry's place.
find_registry() { # @drift-registry
  registry=${AGENT_SESSIONS_YAML:-$1}
  case $registry in
    '~/'*) registry=$HOME/${registry#'~/'} ;;
    '') if [ ! -e "$config" ]; then
      registry=$state_home/agent-sessions.yaml
    elif [ "$state/registry-path" -nt "$config" ]; then
      IFS= read -r registry <"$state/registry-path" || :
    fi ;;
  esac
}

# One folder for each server, named by its socket's real path. Sets socket, spool, events and gate.
make_spool() { # socket
  socket=$1
  if cd -P "${socket%/*}/" 2>/dev/null; then socket=${PWD%/}/${socket##*/}; fi
  key=
  rest=$socket
  while :; do
    case $rest in
      */*) key=$key${rest%%/*}% rest=${rest#*/} ;;
      *) break ;;
    esac
  done
  spool=$state/spool/$key$rest
  events=$spool/events
  gate=$spool.gate
  [ -d "$spool" ] || mkdir -p "$spool"
}

has() {
  command -v "$1" >/dev/null
}

# One line in one write. Who takes the events renames the file, perhaps before the line was in it: then it is added again. Sets spooled.
spool_line() { # words
  spooled=$1
  for _ in 1 2 3; do
    # shellcheck disable=SC2094
    { echo "$1" >&7 && [ /dev/fd/7 -ef "$events" ]; } 2>/dev/null 7>>"$events" && return 0
  done
  return 1
}

# Handles what is spooled, unless another process is at it, or has been.
drain() {
  [ -s "$events" ] || return 0
  if read_gate && holder_has_it; then return 0; fi
  # shellcheck source-path=SCRIPTDIR source=run.sh
  . "$root/scripts/lib/run.sh"
  aside drain_spool
}

# Where somebody waits for this process, what takes long is done by another one.
aside() { # command
  if [ -n "${apart:-}" ]; then "$@" & else "$@"; fi
}

read_gate() {
  holder=
  { IFS= read -r holder <"$gate"; } 2>/dev/null
}

# The gate says PID/fd/8. Without /proc the name of the process must do.
holder_has_it() {
  if [ -e /proc/self/fd ]; then
    [ "/proc/$holder" -ef "$gate" ]
  else
    case $(ps -o args= -p "${holder%%/*}" 2>/dev/null) in
      */scripts/*.sh*) ;;
      *) return 1 ;;
    esac
  fi
}
