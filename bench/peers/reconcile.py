"""The peer's second half: terminates rows whose session is gone and registers agent sessions without a row."""
import os
import sys
import time

import yaml

try:
    from yaml import CSafeDumper as Dumper, CSafeLoader as Loader
except ImportError:
    from yaml import SafeDumper as Dumper, SafeLoader as Loader

if os.environ.get("PEER_PURE_PYTHON"):
    from yaml import SafeDumper as Dumper, SafeLoader as Loader

path, servers = sys.argv[1], set(sys.argv[2:])
live = {}
for line in sys.stdin:
    server, name, created = line.rstrip("\n").split("\t")
    live[(server, name)] = int(created)
with open(path) as file:
    registry = yaml.load(file, Loader)
rows = registry["tmux_sessions"] or []
now = int(time.time())
changed = False
for row in rows:
    if row["status"] == "running" and row["tmux_server"] in servers and (row["tmux_server"], row["name"]) not in live:
        row["status"] = "terminated"
        row["terminated_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
        row["terminated_at_epoch"] = now
        row["termination_mode"] = "auto-detected (tmux gone)"
        changed = True
known = {(row["tmux_server"], row["name"]) for row in rows if row["status"] != "archived"}
for (server, name), created in live.items():
    if name.endswith("-creator-claude") and (server, name) not in known:
        rows.append({"name": name, "status": "running", "tmux_session_epoch": created, "tmux_server": server})
        changed = True
if changed:
    with open(path + ".tmp", "w") as file:
        yaml.dump(registry, file, Dumper, sort_keys=False, allow_unicode=True, width=4096)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)
