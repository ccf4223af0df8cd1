import { existsSync, readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { Sandbox, type TmuxServer } from '../harness.ts';
import { waitFor } from '../wait-for.ts';
import { PluginRepository, type Release } from './plugin-repository.ts';
import { ReleaseServer } from './release-server.ts';

const tpm = '/usr/share/tmux-plugin-manager';

/** A user with TPM and one `@plugin` line, a host with the plugin's repository and its releases. */
export async function world(release: Release | null = {}, ...conf: readonly string[]) {
  const sandbox = new Sandbox();
  const releases = await ReleaseServer.start(sandbox.file('host'));
  const repository = new PluginRepository(sandbox, releases);
  if (release) repository.release(release);
  sandbox.write('.tmux.conf', [...conf, `set -g @plugin '${repository.url}'`, `run '${tpm}/tpm'`, ''].join('\n'));
  const plugin = sandbox.file('.tmux/plugins/tmux-drift');
  return {
    sandbox,
    releases,
    repository,
    plugin,
    server: sandbox.server(),
    /** What prefix + I does, and quicker. */
    clone: (): void => repository.clone(plugin),
    /** How the binary was called: version and words. */
    calls: (): readonly string[] => sandbox.read('calls').split('\n').slice(0, -1),
    source: (server: TmuxServer): string => server.tmux('source-file', sandbox.file('.tmux.conf')),
  };
}

export type World = Awaited<ReturnType<typeof world>>;

/** Is the plugin's binary at work on this server: hooks set, no mark? */
export const atWork = (server: TmuxServer, bin: string): boolean =>
  server.tmux('show-hooks', '-g', 'session-created[1907]').includes(`--bin=\\"${bin}\\"`) &&
  !server.option('@drift_status').startsWith('drift:');

/** What is in `dist/` once nobody is at work there; and that git sees nothing of it. */
export async function leftIn({ sandbox, plugin }: World): Promise<readonly string[]> {
  const list = () => (existsSync(`${plugin}/dist`) ? readdirSync(`${plugin}/dist`).sort() : []);
  await waitFor('the lock is gone', () => !list().includes('.install.lock'));
  const seenByGit = sandbox.run('git', '-C', plugin, 'status', '--porcelain');
  return seenByGit === '' ? list() : [seenByGit];
}

export const installed = ['tmux-drift', 'tmux-drift.version'];

/** The plugin's own binary. */
export const own = ({ plugin }: World): string => `${plugin}/dist/tmux-drift`;

export const errorOf = ({ server }: World): string => server.option('@drift_error');

/** The server with the plugin's own binary at work. */
export async function running(there: World): Promise<void> {
  there.clone();
  there.server.start('main');
  await waitFor('the binary is at work', () => atWork(there.server, own(there)));
}

/** Starts tmux and sees that it is usable, whatever the plugin is at. */
export function startAtOnce({ server }: World): void {
  const begin = performance.now();
  server.start('main').new('other');
  expect(performance.now() - begin).toBeLessThan(1500);
}

/** The mark is shown, and `@drift_error` says why. */
export async function failed({ server }: World): Promise<string> {
  await waitFor('the mark', () => server.option('@drift_status') === 'drift:!', 20_000);
  expect(server.tmux('show-hooks', '-g')).not.toMatch(/session-.*1907/);
  return waitFor('the line', () => server.option('@drift_error'));
}
