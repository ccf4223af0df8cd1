"""
What the stand-in agents have in common. They behave like the real ones as far as is known of them, with real files, real locks and
a real process of the right shape, so that tests need no account and no network. Python 3, standard library only.

Common to all (`claude`, `agy`, `codex` in this folder; put the folder first on PATH):
- argv as the kernel shows it is the agent's own (`claude --resume X`), not `python3 /…/claude --resume X` (Linux);
- one line of stdin is one command: `/exit`, `/clear` or `/new`, `/resume ID`, `/agent` (a sub-agent works and ends), anything else is a prompt;
- a first prompt may stand behind `--` on the command line;
- after the start and after each command one line is printed: `conversation <id>`, or `conversation -` while there is none;
- end of input, SIGHUP and SIGTERM are a clean exit; SIGKILL leaves everything behind, as it would;
- hooks are read from the agent's own settings at each event and run as `sh -c <command>` with the payload on stdin and the environment
  of the agent (TMUX, TMUX_PANE); what a hook prints or does wrong is reported on stderr as `hook: …`;
- STANDIN_LATE_MS delays what an agent writes after a prompt (default 0).
"""
import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
import uuid


def take_shape(words):
    """Make the kernel show `words` as this process's argv, and the first as its name."""
    if not sys.platform.startswith('linux'):
        return
    fields = open('/proc/self/stat').read().rpartition(')')[2].split()
    start, end = int(fields[45]), int(fields[46])
    title = b'\0'.join(os.fsencode(word) for word in words) + b'\0'
    ctypes.memmove(start, title[: end - start - 1].ljust(end - start, b'\0'), end - start)
    ctypes.CDLL(None).prctl(15, os.fsencode(os.path.basename(words[0]))[:15], 0, 0, 0)


def say(text):
    print(text, flush=True)


def warn(text):
    print(text, file=sys.stderr, flush=True)


def start_ticks():
    return int(open('/proc/self/stat').read().rpartition(')')[2].split()[19])


def write_json(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f'{path}.{os.getpid()}.tmp'
    with open(temporary, 'w') as file:
        json.dump(value, file)
    os.replace(temporary, path)


def read_json(path):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        warn(f'hook: {path} is malformed and ignored: {error}')
        return {}


def append_lines(path, *lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'a') as file:
        file.writelines(json.dumps(line) + '\n' for line in lines)


def be_late():
    time.sleep(int(os.environ.get('STANDIN_LATE_MS', '0')) / 1000)


def run_hook(entry, payload, wants_json):
    """Run one hook command; `async` ones are not waited for."""
    hook = subprocess.Popen(['sh', '-c', entry['command']], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if entry.get('async'):
        try:
            hook.stdin.write(json.dumps(payload).encode())
            hook.stdin.close()
        except BrokenPipeError:
            warn('hook: did not read its payload')
        return
    try:
        out, err = hook.communicate(json.dumps(payload).encode(), timeout=entry.get('timeout', 60))
    except subprocess.TimeoutExpired:
        hook.kill()
        warn(f"hook: timed out: {entry['command']}")
        return
    if hook.returncode != 0:
        warn(f"hook: exit {hook.returncode}: {entry['command']}: {err.decode()}")
    if wants_json:
        try:
            json.loads(out)
        except ValueError:
            warn(f'hook: printed no JSON: {out!r}')
    elif out:
        warn(f'hook: printed {out!r}')


def flock(path):
    """An exclusive lock that this process holds until it closes it or dies; the file stays. None: someone else has it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    file = open(path, 'a')
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        file.close()
        return None


def lines_of_stdin():
    """Lines until the end of input. A signal that comes just before a plain read() would wait for the next line; here it wakes us."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    rest = b''
    while True:
        ready, _, _ = select.select([0, wake], [], [])
        if 0 not in ready:
            os.read(wake, 100)
            continue
        data = os.read(0, 65536)
        *lines, rest = (rest + data).split(b'\n')
        yield from (line.decode() for line in lines)
        if not data:
            return


def new_id():
    return str(uuid.uuid4())


class Agent:
    """One conversation at a time, switched by lines of stdin. A subclass says what is written where."""

    id = None
    words = ()

    def begin(self): ...
    def prompt(self, text): ...
    def clear(self): ...
    def resume(self, id): ...
    def subagent(self): ...
    def end(self): ...

    def run(self):
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: sys.exit(0))
        try:
            self.begin()
            if '--' in self.words:
                self.prompt(' '.join(self.words[self.words.index('--') + 1 :]))
            say(f"conversation {self.id or '-'}")
            for line in lines_of_stdin():
                command, _, argument = line.strip().partition(' ')
                if command == '/exit':
                    break
                if command in ('/clear', '/new'):
                    self.clear()
                elif command == '/resume':
                    self.resume(argument)
                elif command == '/agent':
                    self.subagent()
                elif command:
                    self.prompt(line.strip())
                say(f"conversation {self.id or '-'}")
        finally:
            self.end()
