import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { serverAddress } from '../../src/tmux/address.ts';
import { observe } from '../../src/tmux/observe.ts';
import { OPTIONS } from '../../src/tmux/query.ts';
import { tempFolder } from '../registry/temp-folder.ts';

/** A `tmux` that answers as a server with one session, but for `-L hung`, which leaves its pid and never answers. */
const TMUX = `#!/bin/sh
[ "$3" = hung ] && { echo $$ >"$FOLDER/hung"; exec sleep 100; }
echo 'S 7 1790000000'
echo "L \\$1 1790000001 of-$3"
echo 'P $1 %1 8 0 11 '
${OPTIONS.map((name) => `echo 'O ${name} '`).join('\n')}
`;

function withTmux(): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = tempFolder();
  writeFileSync(join(folder, 'tmux'), TMUX, { mode: 0o755 });
  return { folder, env: { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder } };
}

const look = (labels: readonly string[], env: NodeJS.ProcessEnv) =>
  observe(
    labels.map((label) => serverAddress(label, { tmpdir: undefined, uid: 0 })),
    env,
  ).map((server) => (server.state === 'present' ? server.sessions.map(({ name }) => name) : server.state));

test('twenty servers are asked, each for itself', () => {
  const labels = Array.from({ length: 20 }, (_, index) => `s${index}`);
  expect(look(labels, withTmux().env)).toEqual(labels.map((label) => [`of-${label}`]));
});

test('where there is no room for more answers than pipes take, the other servers are unknown', () => {
  const { env } = withTmux();
  const labels = Array.from({ length: 8 }, (_, index) => `s${index}`);
  const seen = look(labels, { ...env, TMPDIR: '/nowhere' });
  expect(seen).toEqual([...labels.slice(0, 7).map((label) => [`of-${label}`]), 'unknown']);
});

test('a client that hangs is ended, and those that are done before it have said all', async () => {
  const { folder, env } = withTmux();
  const labels = ['one', 'hung', ...Array.from({ length: 9 }, (_, index) => `s${index}`)];
  const seen = labels.map((label) => (label === 'hung' ? 'unknown' : [`of-${label}`]));
  expect(look(labels, env)).toEqual(seen);
  const pid = readFileSync(join(folder, 'hung'), 'utf8').trim();
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 5000 });
});
