# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154,SC3013
# The run of the front that takes the gate; see front.sh, which is sourced before. Any POSIX sh.

tab='	'

# More than these, with no run that succeeds, tell nothing that one would not.
most_events=1000

drain_spool() {
  broker=
  known=
  find_self
  while [ -s "$events" ]; do
    { handle_events 6<"$events"; } 2>/dev/null || break
  done
  # Takes the job events that a broker has for us, without keeping tmux's hook or the registry's lock.
  if [ -n "$broker" ]; then "$bin" drain --quiet </dev/null >/dev/null 2>&1 & fi
}

# Fails when it is no use to try again: nothing has come since.
handle_events() {
  with_gate || return
  [ "$status" = 0 ] || forget_excess
  if ! [ /dev/fd/6 -ef "$events" ]; then known=; else [ "$status" != 0 ] && has_grown; fi
}

# A run that failed early took no events. What came behind those that it knew of met our gate.
has_grown() {
  count=0 own_place=0
  while IFS= read -r line; do
    case $line in 'asked '*) continue ;; esac
    count=$((count + 1))
    # Our own is there before the first run.
    case $own_place:$line in "0:$spooled") own_place=$count ;; esac
  done <&6
  set -- "${known:-$own_place}"
  known=$count
  [ "$count" -gt "$1" ]
}

forget_excess() {
  set -- "$spool"/*
  [ $# -le $most_events ] || rm -f "$@"
  [ ! -f "$events" ] || [ "$(wc -l <"$events")" -le $most_events ] || rm -f "$events"
}

# `$$` is another process in a subshell.
find_self() {
  self=$$
  [ ! -r /proc/self/stat ] || IFS=' ' read -r self _ </proc/self/stat
}

# Runs with the gate, and sets status; fails when another process has it.
with_gate() {
  held=
  for _ in 1 2 3; do
    set -C
    { hold_gate 8>"$gate"; } 2>/dev/null
    set +C
    [ -z "$held" ] || return 0
    # Another one has it, or it is a dead one's, or its holder left it and the next try makes it.
    gate_is_stale || return 1
    [ -e "$gate" ] || continue
    { hold_gate 8>|"$gate"; } 2>/dev/null
    [ -z "$held" ] || return 0
  done
  return 1
}

# With the gate open as 8, which is how others know that we live.
hold_gate() {
  set +C
  own=$self/fd/8
  echo "$own" >&8
  read_gate && [ "$holder" = "$own" ] || return
  held=yes
  run
  status=$?
  if read_gate && [ "$holder" = "$own" ]; then rm -f "$gate"; fi
}

gate_is_stale() {
  # Empty: its holder is about to write, or was killed before it could.
  tries=0
  until read_gate; do
    [ -e "$gate" ] && [ $((tries += 1)) -lt 100 ] || return 0
  done
  ! holder_has_it
}

# Reconciles the server, sets the options that the binary asks for, keeps its last words if it failed.
run() {
  said=$(reconcile 2>&1)
  code=1
  publish
  if [ "$code" != 0 ]; then
    echo "$last_words" >|"$state/last-error"
  elif [ -s "$state/last-error" ]; then
    : >|"$state/last-error"
  fi
  return "$code"
}

# The quick way takes the lock and asks tmux here, while Node starts; the binary waits for the answer before it does anything. Without
# an answer, and where something is missing for it, the binary does all itself. Nobody waits here until it has gone: its last line says
# that it is done, and it lets go of our pipe then. It takes the gate away with it when it asks for nothing more.
reconcile() {
  set -- event "--socket=$socket" ${registry:+"--registry=$registry"}
  if can_lock; then
    { if flock -w 5 9; then ask; fi | "$bin" "$@" --lock-fd=9 --answer-fd=0 "--gate=$gate" & } 9>>"$registry.lock"
  else
    "$bin" "$@" </dev/null
    echo "done $?"
  fi
}

# A symlink has two locks, and the second one is the binary's to find.
can_lock() {
  [ -n "$registry" ] && [ -f "$registry" ] && [ ! -L "$registry" ] && has flock && has timeout &&
    { [ -f "$registry.lock" ] || [ ! -e "$registry.lock" ]; } && [ ! -L "$registry.lock" ]
}

# First a mark in the spool, which the binary is told of: an event behind it may be about something that the answer does not show yet. The
# words are those of src/tmux/query.ts; a test compares the two. Last the exit status.
ask() {
  spool_line "asked $self"
  echo "asked $self"
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

# Sets the options among what the binary said, in one call, because each call redraws every client. Sets code, and last_words: the last
# line that is nothing else.
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
      "done "*) code=${line#done } ;;
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
