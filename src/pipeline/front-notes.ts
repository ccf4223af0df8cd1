import { statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { replaceFile } from '../registry/replace-file.ts';
import { configPath, type Environment, resolveSettings, type Settings } from '../settings.ts';

/**
 * Notes for scripts/lib/front.sh, which cannot read YAML: what the config file says about the registry's place and about session names.
 * They count only while they are newer than the config file, so each run that finds them older writes them anew. All servers read them:
 * what one server's options or somebody's environment say is not in them.
 */
export function writeFrontNotes(stateDir: string, settings: Settings, env: Environment): void {
  const config = modified(configPath(env));
  if (config === null) return;
  const patterns = Object.values(settings.file.agents ?? {}).flatMap(({ names }) => names ?? []);
  const { registry } = resolveSettings({
    registryFlag: null,
    env: { ...env, AGENT_SESSIONS_YAML: '' },
    options: {},
    file: settings.file,
  });
  note(join(stateDir, 'registry-path'), `${registry.value}\n`, config);
  note(join(stateDir, 'name-patterns'), patterns.map((glob) => `${glob}\n`).join(''), config);
}

function note(path: string, text: string, config: number): void {
  const written = modified(path);
  if (written !== null && written > config) return;
  if (written !== null) unlinkSync(path);
  replaceFile(path, Buffer.from(text));
}

/** Modification time in milliseconds; null where there is no such file. */
function modified(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
