import type { SessionFacts } from './types.ts';

/** Does this session run the agent, or was it started with it? `unknown` when the process table could not be read. */
export function runsAgent(agent: string | null, facts: SessionFacts | undefined): boolean | 'unknown' {
  if (agent === null || !facts) return false;
  if (facts.startedAs === agent) return true;
  if (facts.process === 'unknown') return 'unknown';
  return facts.process?.agent === agent;
}
