import type { Row } from '../registry/types.ts';
import { matchesGlob } from './glob.ts';

/** A session name pattern that belongs to an agent: from `@drift-agents` or a custom agent's `names`. */
export interface NamePattern {
  readonly glob: string;
  readonly agent: string;
}

/** The agent of a row: `agent`, else the name's suffix, else `pane.cmd`; null when none of them names an agent that `known` has. */
export function agentOf(row: Pick<Row, 'agent' | 'name' | 'pane'>, known: readonly string[]): string | null {
  if (row.agent) return row.agent;
  const suffix = suffixAgent(row.name, '-creator-', known) ?? suffixAgent(row.name, '-', known);
  if (suffix !== null) return suffix;
  const command = row.pane.cmd ?? '';
  return known.find((agent) => agent === command.slice(command.lastIndexOf('/') + 1)) ?? null;
}

/** The agent that a live session's name announces: `…-creator-<agent>`, else the first pattern that it matches; else null. */
export function agentForName(
  sessionName: string,
  patterns: readonly NamePattern[],
  known: readonly string[],
): string | null {
  return (
    suffixAgent(sessionName, '-creator-', known) ??
    patterns.find(({ glob }) => matchesGlob(glob, sessionName))?.agent ??
    null
  );
}

const suffixAgent = (name: string, mark: string, known: readonly string[]): string | null =>
  known.find((agent) => name.endsWith(`${mark}${agent}`)) ?? null;
