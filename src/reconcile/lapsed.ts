import type { Row } from '../registry/types.ts';
import { exitedPid } from './agent-exited.ts';
import type { SessionFacts } from './types.ts';

/** Other tools write whole seconds, and the clocks of file system and kernel differ a little. */
const SLACK_MS = 2000;

/** Is the process that spoke for the row's conversation dead? What it said claims nothing any more. False where that cannot be told. */
export const isLapsed = (row: Row, agent: string, facts: SessionFacts): boolean =>
  exitedPid(row, agent, facts) !== null || isAnothers(row, facts);

/** Another process runs in the row's session than the one that the row's conversation comes from. */
function isAnothers(row: Row, { process }: SessionFacts): boolean {
  if (process === null || process === 'unknown') return false;
  // What is recorded may be the shell or the shim around the agent, which lives on with it.
  const same = [process.pid, process.ppid, process.panePid];
  if (row.childPid !== null && !same.includes(row.childPid)) return true;
  const at = row.conversation?.observedAt;
  return Boolean(at) && Date.parse(at ?? '') + SLACK_MS < process.startedAt * 1000;
}
