"""Starts one command after another and says how long each took: a small process starts others quicker than Node could, and alike.

Reads a JSON line {"argv", "env", "stdin", "lock"} and answers a JSON line {"status", "ns"}. `lock`: a file whose flock the command
finds held on descriptor 9, as behind scripts/event.sh.
"""
import fcntl
import json
import os
import sys
import time

locks = {}


def held(path):
    if path not in locks:
        locks[path] = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        fcntl.flock(locks[path], fcntl.LOCK_EX)
    return locks[path]


for line in sys.stdin:
    order = json.loads(line)
    actions = [(os.POSIX_SPAWN_OPEN, 0, order["stdin"] or os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    if order["lock"]:
        actions.append((os.POSIX_SPAWN_DUP2, held(order["lock"]), 9))
    argv = order["argv"]
    start = time.perf_counter_ns()
    pid = os.posix_spawnp(argv[0], argv, order["env"], file_actions=actions)
    _, status = os.waitpid(pid, 0)
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), "ns": time.perf_counter_ns() - start}), flush=True)
