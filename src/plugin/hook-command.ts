import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { inDoubleQuotes } from '../render/shell-quote.ts';
import type { Plugin } from './find-plugin.ts';

/**
 * The shell command that an agent's settings get, less the name of the agent: the plugin's quick front, which answers the agent at once
 * and lets the binary work behind it; without a plugin the binary itself.
 */
export function hookCommand(plugin: Plugin | null): string {
  const front = plugin && join(plugin.folder, 'scripts/hook.sh');
  return front && existsSync(front) ? `${inDoubleQuotes(front)} hook` : `${ownCommand()} hook`;
}

/** How to start this very program again. */
const ownCommand = (): string =>
  (isSea() ? [process.execPath] : [process.execPath, process.argv[1] ?? '']).map(inDoubleQuotes).join(' ');
