/** `agents install|uninstall|check`: our hook in an agent's own settings. Facts: agents.md §1.6, §2, §3, §12. */
import { mkdirSync, realpathSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../../registry/replace-file.ts';
import type { AgentHomes, AgentHook, SettingsEntry } from '../types.ts';
import { forgetRecord, textBefore, writeRecord } from './install-record.ts';
import { isUnreadable, readSettings, type SettingsFile } from './settings-file.ts';
import { commandsOfOurs, type IsOurs, putEntries, removeEntries } from './settings-text.ts';

/** What is installed for whom, and where. */
export interface HookPlace {
  readonly agent: string;
  readonly hook: AgentHook;
  readonly homes: AgentHomes;
  /** Our state folder: what an installation changed is noted there. */
  readonly stateFolder: string;
}

export interface HookOutcome {
  readonly file: string;
  readonly outcome: 'installed' | 'updated' | 'unchanged' | 'removed' | 'absent';
}

export interface HookCheck {
  readonly file: string;
  /** `outdated`: it runs another command, or not on every event. */
  readonly state: 'installed' | 'outdated' | 'absent' | 'unreadable';
  readonly reason: string | null;
}

/**
 * Merges the hook into the agent's settings: `command` is a POSIX shell command line that ends in `hook <agent>`. Everything else in the
 * file keeps its bytes; installing again changes nothing. Throws `UserError` `settings-unreadable` or `settings-unfit` for a file that is
 * not understood, `EnvironmentError` when it cannot be written; then it is as it was.
 */
export function installHook(place: HookPlace, command: string): HookOutcome {
  const { agent, stateFolder } = place;
  const settings = readSettings(fileOf(place));
  const entries = entriesOf(place, command);
  const current = settings.found?.text ?? '';
  const earlier = textBefore(stateFolder, agent, settings.path, current);
  // An own installation that nobody touched since is taken back first, so that what was there before stays known.
  const base = earlier === 'changed' ? (settings.found ? current : null) : earlier;
  const { text, splices } =
    base === null || base.trim() === '' ? fresh(base, entries) : putEntries(base, entries, isOurs(agent));
  if (text === current && settings.found) return { file: settings.path, outcome: 'unchanged' };
  const had = settings.found !== null && current.trim() !== '' && commandsOfOurs(current, isOurs(agent)).length > 0;
  write(settings, text);
  // Over an installation whose beginning is not known there is nothing to go back to.
  if (earlier === 'changed' && had) forgetRecord(stateFolder, agent);
  else writeRecord(stateFolder, agent, settings.path, text, base === null ? null : splices);
  return { file: settings.path, outcome: had ? 'updated' : 'installed' };
}

/** Takes the hook out again, to the byte when nobody else changed the file since; a file that we made goes away. Throws like `installHook`. */
export function uninstallHook(place: HookPlace): HookOutcome {
  const { agent, stateFolder } = place;
  const settings = readSettings(fileOf(place));
  const text = settings.found?.text ?? '';
  if (text.trim() === '') return { file: settings.path, outcome: 'absent' };
  const before = textBefore(stateFolder, agent, settings.path, text);
  const without =
    before === 'changed' ? removeEntries(text, entriesOf(place, `hook ${agent}`), isOurs(agent)).text : before;
  if (without === text) return { file: settings.path, outcome: 'absent' };
  if (without === null) unlinkSync(realpathSync(settings.path));
  else write(settings, without);
  forgetRecord(stateFolder, agent);
  return { file: settings.path, outcome: 'removed' };
}

/** Is the hook there, with this very command? Writes nothing. */
export function checkHook(place: HookPlace, command: string): HookCheck {
  const file = fileOf(place);
  try {
    const text = readSettings(file).found?.text ?? '';
    const ours = text.trim() === '' ? [] : commandsOfOurs(text, isOurs(place.agent));
    if (ours.length === 0) return { file, state: 'absent', reason: null };
    const whole = putEntries(text, entriesOf(place, command), isOurs(place.agent)).text === text;
    return whole
      ? { file, state: 'installed', reason: null }
      : { file, state: 'outdated', reason: `it runs ${ours[0]}` };
  } catch (error) {
    if (isUnreadable(error)) return { file, state: 'unreadable', reason: error.message };
    throw error;
  }
}

/** Ours is what runs `… hook <agent>` of a tmux-drift, wherever that lay at the time of installation. */
const isOurs =
  (agent: string): IsOurs =>
  (command) =>
    /\btmux-drift\b/.test(command) && new RegExp(`\\shook ${agent}(\\s|$)`).test(command);

const entriesOf = ({ hook }: HookPlace, command: string): readonly SettingsEntry[] =>
  hook.entries((event) => marked(event === '' ? command : `${command} ${event}`));

/** A binary under another name (`@drift-bin`) is marked by a shell comment, so that its hook is known again. */
const marked = (command: string): string => (/\btmux-drift\b/.test(command) ? command : `${command} # tmux-drift`);

const fileOf = ({ hook, homes }: HookPlace): string => hook.settingsFile(homes);

/** No settings yet, or an empty file: ours alone. */
function fresh(base: string | null, entries: readonly SettingsEntry[]) {
  const { text } = putEntries('{}\n', entries, () => false);
  return { text, splices: [{ at: 0, removed: base ?? '', inserted: text }] };
}

function write({ path, found }: SettingsFile, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, Buffer.from(text), found ? { expected: found.stamp } : {});
}
