#!/bin/sh
# What tmux's hooks start, for every session that is created, closed or renamed: leaves the event in the spool and sees that the
# binary handles it. Sessions that are no agent's, which is most, end here: no Node, nothing written. Any POSIX sh.
#
# event.sh HOOK --id=$3 --name=… --left=… --socket=… --pid=… --started=… --bin=… --path=… --registry=… --agents=…
# Run, or sourced with the plugin's folder in `root`: that spares the hook the start of a second shell. With `apart`, sourced, only the
# work of who takes the gate goes to a process of its own: most events end before.
#   --left      a session that is left: empty in session-closed exactly when none is
#   --path      the PATH to use
#   --registry  @drift-registry          --agents  @drift-agents
# shellcheck disable=SC2154,SC3013,SC2088

umask 077
case $0 in */event.sh) root=${0%/scripts/event.sh} ;; esac
# shellcheck source-path=SCRIPTDIR source=lib/front.sh
. "$root/scripts/lib/front.sh"

main() {
  read_words "$@"
  [ -x "$bin" ] || exit 0
  if find_places "$registry_option"; then
    concerns_us || exit 0
    if make_spool "$socket" && spool_event; then drain; return; fi
  fi
  aside "$bin" event "--socket=$socket"
}

read_words() {
  hook=$1 id='' name='' left='' socket='' pid='' started='' bin='' registry_option='' agents=''
  shift
  for word; do
    value=${word#*=}
    case $word in
      --id=*) id=${value#'$'} ;;
      --name=*) name=$value ;;
      --left=*) left=$value ;;
      --socket=*) socket=$value ;;
      --pid=*) pid=$value ;;
      --started=*) started=$value ;;
      --bin=*) bin=$value ;;
      --path=*) PATH=$value ;;
      --registry=*) registry_option=$value ;;
      --agents=*) agents=$value ;;
    esac
  done
}

# False only where it is certain that no row and no pattern is about this session. The registry itself is read, at this moment:
# other scripts add rows, and any list of ours could be older. A renamed session's old name is not to be had, so that is never certain.
# A server's first session always counts: when the plugin was loaded there may have been none, and so nothing to show a count on.
concerns_us() {
  case $hook:$left in session-renamed:* | session-closed:) return 0 ;; esac
  case $hook:$id in session-created:0) return 0 ;; esac
  case $name in '' | *[!A-Za-z0-9_@%+=,-]* | *-creator-*) return 0 ;; esac
  if named_by_user; then return 0; fi
  [ -n "$registry" ] && [ -f "$registry" ] && [ -r "$registry" ] || return 0
  # The name, or an escape in a quoted string that could spell it: a number, or a line that goes on.
  LC_ALL=C grep -q -e "$name" -e '\\[xuU]' -e '\\$' -e '\\[[:cntrl:]]' "$registry"
  [ $? != 1 ]
}

# Does the session's name match a pattern of the user's, as far as a shell can tell?
named_by_user() {
  set -f
  # shellcheck disable=SC2086
  set -- $agents
  set +f
  for word; do
    name_matches "${word#*=}" && return 0
  done
  [ -e "$config" ] || return 1
  [ "$state/name-patterns" -nt "$config" ] || return 0
  while IFS= read -r word || [ -n "$word" ]; do
    name_matches "$word" && return 0
  done <"$state/name-patterns"
  return 1
}

# Only * and ? mean something to the binary; a shell knows more, so any other sign counts as a match.
name_matches() { # glob
  case $1 in *[!A-Za-z0-9_@%+=,*?-]*) return 0 ;; esac
  # shellcheck disable=SC2254
  case $name in $1) return 0 ;; esac
  return 1
}

spool_event() {
  case $hook in session-created | session-closed | session-renamed) ;; *) return 1 ;; esac
  for number in "$id" "$pid" "$started"; do
    case $number in '' | *[!0-9]*) return 1 ;; esac
  done
  if [ -n "$left" ]; then left=left; else left=none; fi
  spool_line "$hook $id $left $pid $started"
}

main "$@"
