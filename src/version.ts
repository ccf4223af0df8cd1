import { readFileSync } from 'node:fs';

/** Set by the build; absent when running from source. */
declare const TMUX_DRIFT_VERSION: string | undefined;

export const version: string = typeof TMUX_DRIFT_VERSION === 'string' ? TMUX_DRIFT_VERSION : fromManifest();

function fromManifest(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
