# shellcheck shell=sh
# Globals are what these files tell each other; -nt is in POSIX since 2024 and in every shell long before.
# shellcheck disable=SC2034,SC2154,SC3013,SC2088
# Spool, gate and run: what event.sh (tmux's hooks) and hook.sh (agents' hooks) have in common. Sourced; any POSIX sh.
#
# Twenty sessions created at once start twenty of these. Each leaves its event as a file; one at a time takes the gate and runs
# the binary, which handles all that is spooled; the others leave at once. What must hold:
#
# - No wake-up is lost: an event is on disk before the gate is tried, and whoever held the gate looks at the spool again after
#   leaving it. So a loser met a holder that had yet to leave, and that holder's next look finds the loser's event.
# - No gate sticks: it names its holder's pid and start time. One whose holder is dead, or whose pid is another process by now,
#   or that stays empty, is taken over. Two that take over at once both run, which only costs time: the registry's lock puts
#   them in turn, and an event says "look at this server", never "this happened".
# - A failed run ends the loop; its events stay for the next one.
#
# A program started costs more than all else here together: what the shell can do itself, it does.

newline='
'
tab='	'

# Where things are, as docs/options.md says: sets state, config, registry ('' for unknown), socket, spool and gate.
find_places() { # socket, @drift-registry
  [ -n "${HOME:-}" ] || return
  state_home=${XDG_STATE_HOME:-$HOME/.local/state}/tmux-drift
  state=${AGENT_SESSIONS_STATE_DIR:-$state_home}
  config=${XDG_CONFIG_HOME:-$HOME/.config}/tmux-drift/config.yaml
  find_registry "$2"
  find_spool "$1"
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

# One folder for each server, named by its socket's real path.
find_spool() { # socket
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
  gate=$spool.gate
}

make_spool() {
  [ -d "$spool" ] || mkdir -p "$spool"
}

# --- gate ---

# More than these, with no run that succeeds, tell nothing that one would not.
most_events=1000

# Handles what is spooled, unless another process is at it, or has been: the event that we spooled is gone then. Most find the gate taken,
# and a look into the whole spool would cost them more than all else here.
drain() { # the event just spooled
  broker=
  [ -e "$1" ] || return 0
  while take_gate; do
    before=' '
    for file in "$spool"/*; do
      before="$before${file##*/} "
    done
    run
    status=$?
    leave_gate
    [ $status = 0 ] || { forget_excess; break; }
    spooled_anew || break
  done
  # Takes the job events that a broker has for us, without keeping tmux's hook or the registry's lock.
  if [ -n "$broker" ]; then "$bin" drain --quiet </dev/null >/dev/null 2>&1 & fi
}

# Is anything spooled that the last run has not seen? What a run that succeeded left alone is no reason to run again.
spooled_anew() {
  for file in "$spool"/*; do
    [ -e "$file" ] || continue
    case $before in *" ${file##*/} "*) ;; *) return 0 ;; esac
  done
  return 1
}

forget_excess() {
  set -- "$spool"/*
  [ $# -le $most_events ] || rm -f "$@"
}

take_gate() {
  own=
  for _ in 1 2 3; do
    # Looked at before anything that takes time: most who come here find it taken.
    if [ -e "$gate" ] && ! gate_is_stale; then return 1; fi
    [ -n "$own" ] || { find_self && start_of "$self" && own="$self $start"; }
    create_gate && return 0
    # Another one took it by now, or it is a dead one's, or its holder left it and the next try creates it.
    gate_is_stale || return 1
    [ -e "$gate" ] || continue
    { echo "$own" >|"$gate"; } 2>/dev/null
    read_gate && [ "$holder" = "$own" ] && return 0
  done
  return 1
}

create_gate() {
  set -C
  if { echo "$own" >"$gate"; } 2>/dev/null; then
    set +C
  else
    set +C
    return 1
  fi
}

gate_is_stale() {
  # Empty: its holder is about to write, or was killed before it could.
  tries=0
  until read_gate; do
    [ -e "$gate" ] && [ $((tries += 1)) -lt 100 ] || return 0
  done
  start_of "${holder%% *}" || return 0
  [ "$holder" != "${holder%% *} $start" ]
}

read_gate() {
  holder=
  { IFS= read -r holder <"$gate"; } 2>/dev/null
}

leave_gate() {
  read_gate && [ "$holder" = "$own" ] && rm -f "$gate"
}

# `$$` is another process in a subshell.
find_self() {
  self=$$
  [ ! -r /proc/self/stat ] || IFS=' ' read -r self _ </proc/self/stat
}

# When a process was started, in its system's own terms; a pid alone may mean another process by now. Fails for a dead one. With /proc also
# its parent.
start_of() { # pid
  start=
  if [ -r /proc/self/stat ]; then
    { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
    # shellcheck disable=SC2086
    set -- $stat
    # The second field is the program's name in brackets, and may hold anything; taking it off is slow.
    # shellcheck disable=SC2086
    case "$2 $3" in
      '('*') '[A-Z]) ;;
      *) set -- 0 0 ${stat##*) } ;;
    esac
    start=${22} parent=$4
    case $3 in Z | X) return 1 ;; esac
  else
    kill -0 "$1" 2>/dev/null || return
    case $(ps -o args= -p "$1") in
      */scripts/*.sh*) start=0 ;;
      *) return 1 ;;
    esac
  fi
}

# --- run ---

# Reconciles the server, sets the options that the binary asks for, keeps its last words if it failed.
run() {
  said=$(reconcile 2>&1)
  code=$?
  publish
  if [ $code != 0 ]; then
    echo "$last_words" >|"$state/last-error"
  elif [ -s "$state/last-error" ]; then
    : >|"$state/last-error"
  fi
  return $code
}

# The quick way takes the lock and asks tmux here, while Node starts; the binary waits for the answer before it does anything. Without
# an answer, and where something is missing for it, the binary does all itself.
reconcile() {
  set -- event "--socket=$socket" ${registry:+"--registry=$registry"}
  if can_lock; then
    { if flock -w 5 9; then ask; fi | "$bin" "$@" --lock-fd=9 --answer-fd=0; } 9>>"$registry.lock"
  else
    "$bin" "$@" </dev/null
  fi
}

# A symlink has two locks, and the second one is the binary's to find.
can_lock() {
  [ -n "$registry" ] && [ -f "$registry" ] && [ ! -L "$registry" ] && has flock && has timeout &&
    { [ -f "$registry.lock" ] || [ ! -e "$registry.lock" ]; } && [ ! -L "$registry.lock" ]
}

has() {
  command -v "$1" >/dev/null
}

# First the events that waited before tmux is asked: what comes later may be about something that the answer does not show yet. The words
# are those of src/tmux/query.ts; a test compares the two. Last the exit status.
ask() {
  printf '%s\n' "W$before"
  timeout -s KILL 2 tmux -u -S "$socket" \
    display-message -p 'S #{pid} #{start_time}' \; \
    list-sessions -F 'L #{session_id} #{session_created} #{session_name}' \; \
    list-panes -a -F 'P #{session_id} #{pane_id} #{pane_pid} #{pane_dead} #{window_active}#{pane_active} #{pane_start_command}' \; \
    display-message -p 'O @drift_count #{@drift_count}' \; \
    display-message -p 'O @drift_status #{@drift_status}' \; \
    display-message -p 'O @drift_error #{@drift_error}' \; \
    display-message -p 'O @drift-registry #{@drift-registry}' \; \
    display-message -p 'O @drift-agents #{@drift-agents}' \; \
    display-message -p 'O @drift-repair #{@drift-repair}' \; \
    display-message -p 'O @drift-status-format #{@drift-status-format}' \; \
    display-message -p 'O @drift-mqtt-url #{@drift-mqtt-url}' \; \
    display-message -p 'O @drift-on-job-end #{@drift-on-job-end}' \
    </dev/null 2>&1 9>&-
  echo "E $?"
}

# Sets the options among what the binary said, in one call, because each call redraws every client. Sets last_words: the last other line.
publish() {
  set --
  last_words=
  fields=$IFS
  IFS=$newline
  set -f
  for line in $said; do
    case $line in
      "@drift_"*"$tab"*) set -- "$@" \; set-option -g "${line%%"$tab"*}" "${line#*"$tab"}" ;;
      # A broker is configured.
      drain) broker=yes ;;
      *) last_words=$line ;;
    esac
  done
  set +f
  IFS=$fields
  [ $# = 0 ] || {
    shift
    tmux -u -S "$socket" "$@" >/dev/null 2>&1
  }
}
