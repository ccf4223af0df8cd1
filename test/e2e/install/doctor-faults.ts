/** What can be wrong with an installation: how it comes about, and what `doctor` must say of it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { root, type Sandbox, type TmuxServer } from '../harness.ts';

export interface Place {
  readonly sandbox: Sandbox;
  readonly server: TmuxServer;
}

export const shell = ({ sandbox }: Place, command: string): string =>
  execFileSync('sh', ['-c', command], { env: sandbox.env, encoding: 'utf8' });

export interface Fault {
  readonly title: string;
  readonly state: 'warning' | 'error';
  readonly detail: RegExp;
  readonly mend: RegExp;
  /** Runs what `mend` says, and the check must be well then. */
  readonly mends?: (mend: string) => string;
  readonly make: (place: Place) => void;
}

const asItStands = (mend: string): string => mend;
const command = (mend: string): string => /tmux source-file \S+|tmux set-hook .*?(?=,)/.exec(mend)?.[0] ?? '';

export const faults: Readonly<Record<string, Fault>> = {
  'a hook set without an index': {
    title: 'session-created[1907]',
    state: 'error',
    detail: /not set; somebody set session-created\[0\] since/,
    mend: /source-file/,
    mends: command,
    make: ({ server }) => void server.tmux('set-hook', '-g', 'session-created', 'display-message hi'),
  },
  'a hook of somebody else in our place': {
    title: 'session-renamed[1907]',
    state: 'error',
    detail: /taken by: display-message/,
    mend: /^tmux set-hook -gu 'session-renamed\[1907\]', then .*source-file/,
    make: ({ server }) => void server.tmux('set-hook', '-g', 'session-renamed[1907]', 'display-message hi'),
  },
  'a session with hooks of its own': {
    title: 'hooks of session main',
    state: 'warning',
    detail: /hide ours/,
    mend: /set-hook -g/,
    make: ({ server }) => void server.tmux('set-hook', '-t', 'main', 'session-renamed', 'display-message hi'),
  },
  'a key that somebody else has': {
    title: 'key @drift-key',
    state: 'warning',
    detail: /prefix \+ M-d is somebody else's: bind-key/,
    mend: /@drift-key/,
    make: ({ server }) => void server.tmux('bind-key', 'M-d', 'display-message', 'hi'),
  },
  'a status line that was overwritten': {
    title: 'status line',
    state: 'warning',
    detail: /shows the count/,
    mend: /#\{E:@drift_status\}/,
    make: ({ server }) => void server.tmux('set', '-g', 'status-right', 'x'),
  },
  'an error that the plugin has shown': {
    title: '@drift_error',
    state: 'error',
    detail: /^install: 404 #1$/,
    mend: /source/,
    make: ({ server }) => void server.tmux('set', '-g', '@drift_error', 'install: 404 ##1'),
  },
  'words in @drift-agents that name nothing': {
    title: 'setting agents',
    state: 'warning',
    detail: /: work-\*$/,
    mend: /agent=pattern/,
    make: ({ server }) => void server.tmux('set', '-g', '@drift-agents', 'claude=c-* work-*'),
  },
  'an option with a word that is none': {
    title: 'settings',
    state: 'error',
    detail: /@drift-repair is 'maybe': expected on or off/,
    mend: /that option/,
    make: ({ server }) => void server.tmux('set', '-g', '@drift-repair', 'maybe'),
  },
  'a config file that is not understood': {
    title: 'settings',
    state: 'error',
    detail: /config\.yaml: .*repiar/,
    mend: /config\.yaml/,
    make: ({ sandbox }) => void sandbox.write('.config/tmux-drift/config.yaml', 'repiar: true\n'),
  },
  'no registry': {
    title: 'registry',
    state: 'error',
    detail: /is not there$/,
    mend: /^tmux-drift init$/,
    mends: (mend) => mend.replace('tmux-drift', `'${root}/dist/tmux-drift'`),
    make: ({ sandbox }) => shell({ sandbox } as Place, `rm ${sandbox.registry}`),
  },
  'a registry that is no YAML': {
    title: 'registry',
    state: 'error',
    detail: /agent-sessions\.yaml:1:\d+: /,
    mend: /nothing is written/,
    make: ({ sandbox }) => sandbox.writeRegistry('tmux_sessions: [\n'),
  },
  'a row that cannot be read': {
    title: 'registry',
    state: 'warning',
    detail: /0 rows, and 1 that cannot be read \(line 2: /,
    mend: /^correct line 2$/,
    make: ({ sandbox }) => sandbox.writeRegistry('tmux_sessions:\n- status: running\n'),
  },
  'a registry that others may write': {
    title: 'registry',
    state: 'warning',
    detail: /others may write to it/,
    mend: /^chmod go-w /,
    mends: asItStands,
    make: ({ sandbox }) => chmodSync(sandbox.registry, 0o666),
  },
  'a state folder that others may write': {
    title: 'state folder',
    state: 'error',
    detail: /others may write to it/,
    mend: /^chmod 700 /,
    mends: asItStands,
    make: ({ sandbox }) => chmodSync(sandbox.state, 0o777),
  },
  'a lock file that is none': {
    title: 'registry lock',
    state: 'error',
    detail: /not a regular file|EISDIR/,
    mend: /\.lock$/,
    make: ({ sandbox }) => {
      shell({ sandbox } as Place, `rm -f ${sandbox.registry}.lock`);
      mkdirSync(`${sandbox.registry}.lock`);
    },
  },
  'an agent without its hook': {
    title: 'hook of claude',
    state: 'warning',
    detail: /^absent: /,
    mend: /^tmux-drift agents install claude$/,
    mends: (mend) => mend.replace('tmux-drift', `'${root}/dist/tmux-drift'`),
    make: () => {},
  },
  'an agent whose settings cannot be read': {
    title: 'hook of claude',
    state: 'error',
    detail: /cannot read its settings/,
    mend: /settings\.json$/,
    make: ({ sandbox }) => void sandbox.write('.claude/settings.json', '{'),
  },
  'no tmux on the PATH': {
    title: 'tmux',
    state: 'error',
    detail: /not on the PATH/,
    mend: /install tmux 3\.2/,
    make: ({ sandbox }) => {
      sandbox.env.PATH = '/nonexistent';
    },
  },
};
