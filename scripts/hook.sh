#!/bin/sh
# What agents' hooks start: hook.sh hook AGENT [EVENT], with the agent's JSON on stdin. Keeps what the agent says for the binary and
# answers at once, because the agent waits; always succeeds, because a failing hook would disturb it. Any POSIX sh.
# shellcheck disable=SC2154,SC3013,SC2088

umask 077
root=${0%/scripts/*}
# shellcheck source-path=SCRIPTDIR source=lib/front.sh
. "$root/scripts/lib/front.sh"

# Agents send a few kilobytes.
most_bytes=1048576

main() {
  agent=$1 event=${2:-}
  if callers && in_tmux && find_places '' && make_spool "$socket" && spool_report; then
    # A process of its own, because the gate goes by pid.
    "$0" --drain "$socket" "$spooled" </dev/null >/dev/null 2>&1 &
  elif in_tmux && find_binary "$(drift_option @drift-bin)" || find_binary ''; then
    "$bin" hook "$@" >/dev/null 2>&1
  fi
  case $agent in
    agy) echo '{}' ;;
  esac
  exit 0
}

# codex may run its hooks in one daemon for all its terminals, with the pane of one of them: the binary has to know who called. Shells in
# between end with the call, so all above are noted; without /proc the binary looks itself, while the call lasts.
callers() {
  callers=
  [ "$agent" = codex ] || return 0
  [ -r /proc/self/stat ] || return 1
  parent=$PPID
  for _ in 1 2 3 4 5 6 7 8; do
    [ "$parent" -gt 1 ] || break
    callers=$callers-$parent
    start_of "$parent" || break
  done
}

drift_option() { # name
  has timeout && limit='timeout -s KILL 2' || limit=''
  $limit tmux -u -S "$socket" show-options -gqv "$1" 2>/dev/null
}

# $TMUX is socket,server pid,session; the socket's path may hold a comma.
in_tmux() {
  pane=${TMUX_PANE:-} pane=${pane#%}
  socket=${TMUX:-} socket=${socket%,*}
  pid=${socket##*,} socket=${socket%,*}
  for number in "$pane" "$pid"; do
    case $number in '' | *[!0-9]*) return 1 ;; esac
  done
}

spool_report() {
  case $agent in '' | [!a-z]* | *[!a-z0-9_-]*) return 1 ;; esac
  case $event in '' | *[!A-Za-z0-9_-]*) event=- ;; esac
  start_of $$
  report=report.$$-$start
  head -c $most_bytes >"$spool/$report" && spool_line "hook $report $agent $pane $pid $event ${callers:--}"
}

# Sets start, when a process was started in its system's own terms, and parent. Fails for one that is gone, and without /proc.
start_of() { # pid
  start=
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
}

drain_in_background() { # socket
  has timeout && limit='timeout -s KILL 2' || limit=''
  options=$($limit tmux -u -S "$1" display-message -p '#{@drift-bin}' \; display-message -p '#{@drift-registry}' 2>/dev/null)
  find_binary "${options%%"$newline"*}" || exit
  case $options in
    *"$newline"*) find_places "${options#*"$newline"}" ;;
    *) find_places '' ;;
  esac
  make_spool "$1" && drain
}

# @drift-bin, the plugin's own, or the first on the PATH.
find_binary() { # @drift-bin
  case $1 in
    '~/'*) bin=$HOME/${1#'~/'} ;;
    '') bin=$root/dist/tmux-drift; [ -x "$bin" ] || bin=$(command -v tmux-drift) ;;
    *) bin=$1 ;;
  esac
  [ -x "$bin" ]
}

case ${1:-} in
  --drain) spooled=$3 && drain_in_background "$2" ;;
  # As it stands in agents' settings: like the binary's own command.
  hook) shift && main "$@" ;;
  *) main "$@" ;;
esac
