#!/bin/sh
# Stands in for the binary: notes how it was called and what it was told, and takes what is spooled.
# In the folder $FAKE: `hold` exists: wait until it does not; `says` is printed; `exit` is the exit code, and what was taken is put back, unless
# `keep` exists; `careless` exists: take nothing.
if [ "$1" = --version ]; then
  echo "$FAKE_VERSION"
  exit
fi
echo "$*" >>"$FAKE/calls"
locked='' gate=''
for word; do
  case $word in
    --socket=*) spool=$AGENT_SESSIONS_STATE_DIR/spool/$(echo "${word#*=}" | tr / %) ;;
    --gate=*) gate=${word#*=} ;;
    --answer-fd=0) cat >"$FAKE/answer" && [ -s "$FAKE/answer" ] && locked=yes ;;
    --registry=*) registry=${word#*=} ;;
  esac
done
# The answer comes when the lock is taken.
[ -z "$locked" ] || ! flock -n "$registry.lock" true || echo unlocked >>"$FAKE/calls"
[ "$1" != hook ] || cat >"$FAKE/stdin"
# What comes while it is at work is not its business.
[ -e "$FAKE/careless" ] || [ ! -e "${spool:-/nowhere}/events" ] || mv "$spool/events" "$spool/taken.$$"
while [ -e "$FAKE/hold" ]; do sleep 0.01; done
code=$(cat "$FAKE/exit" 2>/dev/null)
if [ -n "$code" ]; then
  [ -e "$FAKE/keep" ] || [ ! -e "${spool:-/nowhere}/taken.$$" ] || mv "$spool/taken.$$" "$spool/events"
elif [ -e "${spool:-/nowhere}/taken.$$" ]; then
  grep -v '^asked ' "$spool/taken.$$" >>"$FAKE/taken"
  rm -f "$spool/taken.$$" "$spool"/report.*
fi
cat "$FAKE/says" 2>/dev/null
if [ -n "$gate" ]; then
  grep -q '^@drift_' "$FAKE/says" 2>/dev/null || [ -n "$code" ] || rm -f "$gate"
  echo "done ${code:-0}"
fi
exit "${code:-0}"
