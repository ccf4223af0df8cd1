import { existsSync, readdirSync } from 'node:fs';
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
