#!/usr/bin/env bash
# The peer: what people write by hand. Takes the registry's lock, asks tmux, lets Python rewrite the YAML.
# Usage: reconcile.sh REGISTRY SERVER...
set -euo pipefail
registry=$1
shift
exec 9>>"$registry.lock"
flock 9
for server in "$@"; do
  tmux -L "$server" list-sessions -F "$server"$'\t#{session_name}\t#{session_created}' 2>/dev/null || true
done | "${TMUX_DRIFT_TEST_PYTHON:-python3}" "$(dirname "$0")/reconcile.py" "$registry" "$@"
