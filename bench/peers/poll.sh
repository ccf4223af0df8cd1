#!/bin/sh
# The peer: one sweep of a session manager that polls. It lists all panes and captures the screen of each.
# Usage: poll.sh SERVER
for pane in $(tmux -L "$1" list-panes -a -F '#{pane_id}'); do
  tmux -L "$1" capture-pane -p -t "$pane" >/dev/null
done
