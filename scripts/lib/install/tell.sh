# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # install-binary reads and sets some of it
# What install-binary says, in tmux or on a terminal. Sourced; any POSIX sh.
#
# Marks go where the count goes, while there is no binary that could show one. An error is one line in @drift_error that begins with
# `install: `, and only such a line is taken back.

slot=1907
mark=drift:
broken_mark='drift:!'
error_mark='install: '

# Sets inside ('' outside tmux, or when its server is gone), bin_option, build, release_option, old_error and shown.
read_options() {
  inside='' bin_option='' build='' release_option='' old_error='' shown=''
  [ -n "${TMUX:-}" ] || return 0
  inside=yes
  bin_option=$(option @drift-bin) build=$(option @drift-build) release_option=$(option @drift-release-url)
  old_error=$(option @drift_error) shown=$(option @drift_status)
  # shellcheck disable=SC2088
  case $bin_option in '~/'*) bin_option=$HOME/${bin_option#'~/'} ;; esac
}

option() { # name
  tmux -u show-options -gqv "$1" 2>/dev/null
}

# Who is at it for this server: a later load takes over, and uninstall ends it.
announce() {
  [ -z "$inside" ] || tmux set-environment -gh TMUX_DRIFT_INSTALLER $$ 2>/dev/null
}

still_wanted() {
  [ "$(tmux show-environment -gh TMUX_DRIFT_INSTALLER 2>/dev/null)" = "TMUX_DRIFT_INSTALLER=$$" ]
}

retire() {
  if [ -n "$inside" ] && still_wanted; then tmux set-environment -gu TMUX_DRIFT_INSTALLER 2>/dev/null; fi
}

# Shows a few characters, unless a binary is at work: then the count is shown there.
show() { # text
  [ -t 2 ] && printf '%s\n' "$1" >&2
  [ -n "$inside" ] && [ -z "$fitting" ] || return 0
  set_mark "$mark$1"
}

set_mark() { # mark
  case $shown in '' | "$mark"*) ;; *) return ;; esac
  [ "$shown" = "$1" ] || tmux set-option -g @drift_status "$1" 2>/dev/null
  shown=$1
}

# To the client that was attached first, or to the first one that will be.
tell() { # text: ours, without quotes or formats
  printf '%s\n' "$1" >&2
  [ -n "$inside" ] || return 0
  tell_tmux "$1"
}

tell_tmux() { # format
  client=$(tmux list-clients -F '#{client_created} #{client_name}' 2>/dev/null | sort -n | head -n 1)
  if [ -n "$client" ]; then
    tmux display-message -c "${client#* }" -d 5000 "$1" 2>/dev/null
  else
    tmux set-hook -g "client-attached[$slot]" "display-message -d 5000 '$1' ; set-hook -gu client-attached[$slot]" 2>/dev/null
  fi
}

# The end of it, with one line that says the next step.
fail() { # sentence
  printf '%s%s\n' "$error_mark" "$1" >&2
  [ -n "$inside" ] || exit 1
  # What is shown in a status line may be expanded there.
  text=$error_mark$(printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/#/##/g')
  case $text in *';') text=${text%;}. ;; esac
  tmux set-option -g @drift_error "$text" 2>/dev/null
  if [ -z "${fitting:-}" ]; then set_mark "$broken_mark"; fi
  tell_tmux '#{E:@drift_error}'
  retire
  exit 1
}

forget_error() {
  [ -n "$inside" ] || return 0
  case $old_error in "$error_mark"*) tmux set-option -g @drift_error '' 2>/dev/null ;; esac
  case $shown in "$mark"*) tmux set-option -g @drift_status '' 2>/dev/null ;; esac
}
