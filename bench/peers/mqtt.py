"""The peer: a paho-mqtt subscriber that rewrites the YAML for each event, as people write it by hand.

mqtt.py PORT BASE_TOPIC CLIENT_ID REGISTRY [COUNT]: ends after COUNT events; without it, never.
"""
import fcntl
import json
import os
import subprocess
import sys
import time

import paho.mqtt.client as mqtt
import yaml

try:
    from yaml import CSafeDumper as Dumper, CSafeLoader as Loader
except ImportError:
    from yaml import SafeDumper as Dumper, SafeLoader as Loader

if os.environ.get("PEER_PURE_PYTHON"):
    from yaml import SafeDumper as Dumper, SafeLoader as Loader

port, base, client_id, path = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
left = int(sys.argv[5]) if len(sys.argv) > 5 else None
is_subscribed = False


def end_job(job_id, event):
    """Takes the registry's lock, marks the row of the job, puts the file in place, and answers the row."""
    with open(path + ".lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(path) as file:
            registry = yaml.load(file, Loader)
        row = next((row for row in registry["tmux_sessions"] if row.get("delegate_job_id") == job_id and row["status"] == "running"), None)
        if row is None:
            return None
        now = int(time.time())
        row["status"] = "terminated"
        row["terminated_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
        row["terminated_at_epoch"] = now
        row["termination_mode"] = f"auto-detected (MQTT {event})"
        with open(path + ".tmp", "w") as file:
            yaml.dump(registry, file, Dumper, sort_keys=False, allow_unicode=True, width=4096)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + ".tmp", path)
        return row


def on_message(_client, _userdata, message):
    """Called for each message; the library acknowledges it when this returns."""
    global left
    try:
        payload = json.loads(message.payload)
    except ValueError:
        return
    if message.retain or payload.get("event") not in ("completed", "error"):
        return
    row = end_job(payload["job_id"], payload["event"])
    if row is not None:
        server = ["-L", row["tmux_server"]]
        subprocess.run(["tmux", *server, "kill-session", "-t", "=" + row["name"]], stderr=subprocess.DEVNULL, check=False)
    if left is not None:
        left -= 1


def on_subscribe(*_):
    """Says when events are taken."""
    global is_subscribed
    is_subscribed = True
    print("subscribed", flush=True)


client = mqtt.Client(client_id, clean_session=False)
client.on_connect = lambda client, *_: client.subscribe(base + "/+/events", qos=1)
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("127.0.0.1", port)
while left is None or left > 0 or not is_subscribed:
    client.loop(1.0)
client.disconnect()
