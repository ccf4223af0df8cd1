#!/bin/sh
# The entry point for TPM, which runs it when tmux starts and again whenever the configuration is sourced: tells tmux about the
# hooks, the status segment and the key, and starts one full reconcile in the background.
#
# plugin.tmux [uninstall]
#
# tmux waits for this, has no client and no session yet when it starts, and TPM throws away what is printed: so nothing here takes
# time, tmux is asked in one call and told in one, and what is wrong goes to @drift_error. Running it again changes nothing.

hooks='session-created session-closed session-renamed'
# High and odd, one place for each hook: what others set is left alone, and running this again replaces only our own.
slot=1907
default_key=M-d
default_menu_key=M-s
segment='#{E:@drift_status}'
no_binary_mark='drift:!'
# What is said here begins with this; all else in @drift_error is the binary's to take back.
error_mark='plugin: '
# In the hidden part of tmux's environment: what uninstall has to undo in the status line (words of: auto left right).
memory=TMUX_DRIFT_CHANGED

newline='
'
# What ends a quote, or expands, on the way through tmux and a shell.
special="['\"\`#\$\\\\$newline]"

main() {
  CDPATH='' cd "${0%/*}/" || exit
  dir=${PWD%/}
  own=$dir/dist/tmux-drift
  # shellcheck source=scripts/lib/versions.sh
  . "$dir/scripts/lib/versions.sh"
  ask_tmux || exit
  error=
  if too_old; then
    complain "tmux $version is too old, 3.2 or later is needed"
    tmux set-option -g @drift_error "$error_mark$error"
    exit
  fi
  find_binary
  plan_segment
  plan_keys
  apply
  [ -z "$bin" ] || reconcile_in_background
  [ -z "$check" ] || install_in_background
}

# --- what is ---

ask_tmux() {
  version='' socket='' pid='' started='' bin_option='' auto=''
  key_option=$default_key menu_key_option=$default_menu_key old_error='' old_status=''
  left_names_us='' right_names_us='' changed='' own_keys=''
  answer=$(
    tmux -u display-message -p 'version=#{version}
socket=#{socket_path}
pid=#{pid}
started=#{start_time}
bin=#{@drift-bin}
key=#{@drift-key}
menu=#{@drift-menu-key}
auto=#{@drift-auto-status}
error=#{@drift_error}
status=#{@drift_status}
left=#{m:*drift_*,#{status-left}}
right=#{m:*drift_*,#{status-right}}
changed=#{'$memory'}' \; show-options -gq @drift-key \; show-options -gq @drift-menu-key \; list-keys -T prefix 2>/dev/null
  )
  in_lines
  for line in $answer; do
    value=${line#*=}
    case $line in
      version=*) version=$value ;;
      socket=*) socket=$value ;;
      pid=*) pid=$value ;;
      started=*) started=$value ;;
      bin=*) bin_option=$value ;;
      key=*) key_value=$value ;;
      menu=*) menu_key_value=$value ;;
      auto=*) auto=$value ;;
      error=*) old_error=$value ;;
      status=*) old_status=$value ;;
      left=*) left_names_us=$value ;;
      right=*) right_names_us=$value ;;
      changed=*) changed=$value ;;
      # Set, even if to nothing.
      @drift-key*) key_option=$key_value ;;
      @drift-menu-key*) menu_key_option=$menu_key_value ;;
      bind-key*'event key --socket='* | bind-key*' menu --socket='*) own_keys="$own_keys $(key_of "$line")" ;;
    esac
  done
  in_words
  # tmux 3.0 has no answer before it has a session.
  [ -n "$version" ] || { version=$(tmux -V) && version=${version#tmux } && too_old; }
}

in_lines() {
  set -f
  IFS=$newline
}

in_words() {
  set +f
  unset IFS
}

# The key in a line of list-keys: bind-key -T prefix M-d if-shell …
key_of() { # line
  key=${1#*-T prefix}
  key=${key#"${key%%[! ]*}"}
  key=${key%% *}
  # Escaped, where a shell-like reader would take it for something else: \" M-\;
  case $key in *\\?) key=${key%%\\*}${key#*\\} ;; esac
  printf '%s' "$key"
}

# The running server's version: after an upgrade it may be older than the program. What has no number (master, next-…) is new.
too_old() {
  case $version in [0-9]*.[0-9]*) ;; *) return 1 ;; esac
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%[!0-9]*}
  [ "$major" -lt 3 ] || { [ "$major" = 3 ] && [ "$minor" -lt 2 ]; }
}

# --- what should be ---

complain() { # sentence
  error=${error:+$error; }$1
}

# Sets bin, which stays empty when there is none that fits as far as one can know without starting it, and check: is there something
# for install-binary to find out, or to bring?
find_binary() {
  bin='' check=yes
  read_versions "$dir"
  # shellcheck disable=SC2088
  case ${TMUX_DRIFT_CHECKED:-}:$bin_option in
    # What install-binary found or brought.
    ?*:*) bin=$TMUX_DRIFT_CHECKED check='' ;;
    :'~/'*) bin=$HOME/${bin_option#'~/'} ;;
    :?*) bin=$bin_option ;;
    :)
      if read_note "$own" && ! older "$noted" "$oldest"; then
        bin=$own
        [ "$noted" != "$wanted" ] || check=
      fi
      ;;
  esac
  unset TMUX_DRIFT_CHECKED
  # shellcheck disable=SC2254
  case $dir$bin in
    *$special*)
      complain 'a path with quotes, #, $ or backslashes cannot be given to tmux: move the plugin, or its binary'
      bin='' check=''
      ;;
    *)
      if [ -n "$bin" ] && { [ ! -x "$bin" ] || [ -d "$bin" ]; }; then
        complain "no tmux-drift binary: @drift-bin is $bin, which is not a program"
        bin='' check=''
      fi
      ;;
  esac
}

# Placeholders become the options they stand for. Where the status line does not name us at all, the segment goes in front of the
# right-hand side. Sets new_left, new_right (empty: as it is) and add_segment.
plan_segment() {
  new_left='' new_right='' add_segment=''
  if [ "$left_names_us" = 1 ]; then
    resolve_placeholders status-left && new_left=$text && remember left
  fi
  if [ "$right_names_us" = 1 ]; then
    resolve_placeholders status-right && new_right=$text && remember right
  fi
  if [ "$left_names_us$right_names_us" = 00 ] && [ "$auto" != off ]; then
    add_segment=yes
    remember auto
  fi
}

# Sets text; fails when there was none.
resolve_placeholders() { # option
  old_text=$(tmux -u show-options -gv "$1")
  text=$old_text
  replace '#{drift_status}' "$segment"
  replace '#{drift_count}' '#{@drift_count}'
  [ "$text" != "$old_text" ]
}

# In text, everywhere.
replace() { # this, by that
  rest=$text
  text=
  while :; do
    case $rest in
      *"$1"*) text=$text${rest%%"$1"*}$2 rest=${rest#*"$1"} ;;
      *) break ;;
    esac
  done
  text=$text$rest
}

remember() { # word
  case " $changed " in
    *" $1 "*) ;;
    *) changed="${changed:+$changed }$1" ;;
  esac
}

# Sets key and menu_key; empty: none to bind.
plan_keys() {
  plan_key @drift-key "$key_option"
  key=$planned
  plan_key @drift-menu-key "$menu_key_option"
  menu_key=$planned
}

# Only a key that is free, or ours already, is taken. Sets planned.
plan_key() { # option, its value
  planned=$2
  if [ "$planned" = none ] || [ -z "$bin" ]; then planned=''; fi
  [ -n "$planned" ] || return 0
  case " $own_keys " in *" $planned "*) return 0 ;; esac
  bound=$(tmux list-keys -T prefix "$(as_argument "$planned")" 2>&1)
  case $bound in
    *'event key --socket='* | *' menu --socket='*) ;;
    *bind-key*) complain "key $planned has another binding, which is left alone: set $1" && planned= ;;
    *'invalid key'*) complain "$1 is $planned, which is no key" && planned= ;;
  esac
}

# --- making it so ---

apply() {
  set --
  for hook in $hooks; do
    if [ -n "$bin" ]; then
      set -- "$@" \; set-hook -g "${hook}[$slot]" "if-shell -b '$(hook_job "$hook")' ''"
    else
      set -- "$@" \; set-hook -gu "${hook}[$slot]"
    fi
  done
  [ -z "$new_left" ] || set -- "$@" \; set-option -g status-left "$(as_argument "$new_left")"
  [ -z "$new_right" ] || set -- "$@" \; set-option -g status-right "$(as_argument "$new_right")"
  [ -z "$add_segment" ] || set -- "$@" \; set-option -gF status-right "#$segment#{status-right}"
  [ -z "$changed" ] || set -- "$@" \; set-environment -gh "$memory" "$changed"

  # While install-binary is at it, it says how it goes.
  if [ -z "$bin$check" ]; then
    [ "$old_status" = "$no_binary_mark" ] || set -- "$@" \; set-option -g @drift_status "$no_binary_mark"
  elif [ -n "$bin" ] && [ "$old_status" = "$no_binary_mark" ]; then
    set -- "$@" \; set-option -g @drift_status ''
  fi
  if [ -n "$error" ]; then
    [ "$old_error" = "$error_mark$error" ] || set -- "$@" \; set-option -g @drift_error "$error_mark$error"
  else
    case $old_error in "$error_mark"*) set -- "$@" \; set-option -g @drift_error '' ;; esac
  fi

  for own_key in $own_keys; do
    [ "$own_key" = "$key" ] || [ "$own_key" = "$menu_key" ] || set -- "$@" \; unbind-key -T prefix "$(as_argument "$own_key")"
  done
  [ -z "$key" ] ||
    set -- "$@" \; bind-key -N 'Reconcile agent sessions with the registry' "$(as_argument "$key")" if-shell -b "$(key_job 'event key')" ''
  [ -z "$menu_key" ] ||
    set -- "$@" \; bind-key -N 'Menu of agent sessions' "$(as_argument "$menu_key")" if-shell -b "$(key_job menu)" ''
  shift
  tmux -u "$@"
}

# Of the forms that tmux has, only this one runs in every case in which a server's last session ends, and prints nothing into
# anybody's pane. A server that exits waits for it, so what takes more than some milliseconds goes on in the background. An option with a
# line break cuts the rest off, so the user's own options come last.
#
# The PATH is handed on because a server's own may be poorer (started by a login manager, or by another program); as a plain word,
# because tmux 3.5 runs this with the user's shell, whatever that is.
hook_job() { # hook
  words=" $1 --id=#{q:hook_session} --name=#{q:hook_session_name} --left=#{q:session_id}"
  words="$words --socket=#{q:socket_path} --pid=#{pid} --started=#{start_time} --bin=\"$bin\"$(path_word --path=)"
  words="$words --registry=#{q:@drift-registry} --agents=#{q:@drift-agents}"
  if sources_front; then
    printf '%s' "{ root=\"$dir\"; apart=yes; set --$words; . \"\$root/scripts/event.sh\"; } >/dev/null 2>&1"
  else
    printf '%s' "\"$dir/scripts/event.sh\"$words >/dev/null 2>&1 &"
  fi
}

# The shell that tmux starts for the hook may as well do the work itself, where it is a POSIX one, and the system tells it its pid.
sources_front() {
  [ -r /proc/self/stat ] && [ "$version" != 3.5 ]
}

key_job() { # command
  printf '%s' "env$(path_word PATH=) \"$bin\" $1 --socket=#{q:socket_path} --client=#{q:client_name} >/dev/null 2>&1 &"
}

path_word() { # name=
  # shellcheck disable=SC2254
  case $PATH in
    *$special*) ;;
    *) printf ' %s"%s"' "$1" "$PATH" ;;
  esac
}

# A `;` at the end of an argument is the end of a command to tmux.
as_argument() { # text
  case $1 in
    *';') printf '%s' "${1%;}\\;" ;;
    *) printf '%s' "$1" ;;
  esac
}

# A crash, a reboot or a killed server fired no hook, and sessions that are there already fire none.
reconcile_in_background() {
  "$bin" event load "--socket=$socket" "--pid=$pid" "--started=$started" </dev/null >/dev/null 2>&1 &
}

# Checks a binary that is not the plugin's own, or fetches the plugin's own, then runs this again.
install_in_background() {
  "$dir/scripts/install-binary" "--used=$bin" </dev/null >/dev/null 2>&1 &
}

# --- uninstall ---

uninstall() {
  ask_tmux || exit
  set --
  for hook in $hooks; do
    set -- "$@" set-hook -gu "${hook}[$slot]" \;
  done
  # What install-binary left for a client to see, and what it looks for before it runs this again.
  set -- "$@" set-hook -gu "client-attached[$slot]" \; set-environment -gu TMUX_DRIFT_INSTALLER \;
  for own_key in $own_keys; do
    set -- "$@" unbind-key -T prefix "$(as_argument "$own_key")" \;
  done
  for side in left right; do
    restore $side && set -- "$@" set-option -g status-$side "$(as_argument "$text")" \;
  done
  [ -z "$changed" ] || set -- "$@" set-environment -gu "$memory" \;
  tmux -u "$@" set-option -gqu @drift_count \; set-option -gqu @drift_status \; set-option -gqu @drift_error
}

# The status line as it was, as far as it was us who changed it. Sets text; fails when there is nothing to undo.
restore() { # left or right
  old_text=$(tmux -u show-options -gv "status-$1")
  text=$old_text
  case $1:" $changed " in
    right:*' auto '*) text=${text#"$segment"} ;;
  esac
  case " $changed " in
    *" $1 "*)
      replace "$segment" '#{drift_status}'
      replace '#{@drift_count}' '#{drift_count}'
      ;;
  esac
  [ "$text" != "$old_text" ]
}

case ${1:-} in
  '') main ;;
  uninstall) uninstall ;;
  *)
    echo "usage: ${0##*/} [uninstall]" >&2
    exit 2
    ;;
esac
