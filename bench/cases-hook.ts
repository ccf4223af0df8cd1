import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIVE, type Stage, stage, takeGate } from './cases-chain.ts';
import type { Case } from './measure.ts';
import { ROOT } from './sandbox.ts';
import { SOCKET_LABEL } from './world.ts';

/**
 * Hook calls of an agent that is one of ten, from the call until it is handled and on disk, to be held against the whole chain of a session's
 * event; and what the agent waits for, which is less: the front's part.
 */
export function hookCalls(rows: number, close: (() => void)[]): readonly Case[] {
  // The shell that runs the script `claude` is the agent; one that became `sleep` would be none.
  const world = () => stage(rows, LIVE, close, 'sleep 100000');
  const one = world();
  return [
    untilHandled(`hook call that changes nothing, ${rows} rows`, caller(one, 3), () => SAME),
    untilHandled(`hook call with a new conversation, ${rows} rows`, caller(one, 4), randomUUID),
    asFarAsTheAgentWaits(world(), 'claude'),
    asFarAsTheAgentWaits(world(), 'codex'),
  ];
}

const SAME = '11111111-2222-4333-8444-555555555555';

function untilHandled(name: string, { payload, call, env, registry }: Caller, nextId: () => string): Case {
  let said = '';
  return {
    name,
    prepare() {
      if (!readFileSync(registry, 'utf8').includes(said)) throw new Error(`${name}: a hook call was not applied`);
      said = nextId();
      writeFileSync(payload, payloadOf(said));
    },
    // What the call leaves in the background keeps descriptor 5 to its end, and so keeps `cat`.
    command: () => ({ argv: ['/bin/sh', '-c', `${call} 5>&1 >/dev/null | cat`], env }),
  };
}

/**
 * What the agent waits for; it says the same every time. In a world of its own whose gate is taken, so that what the front leaves to the
 * background is not in the way of the next case.
 */
function asFarAsTheAgentWaits(world: Stage, agent: string): Case {
  const { payload, call, env } = caller(world, 3, agent);
  writeFileSync(payload, payloadOf(SAME));
  const spool = takeGate(world.box);
  return {
    name: `hook call of ${agent}, as far as it waits`,
    prepare: () => rmSync(spool, { recursive: true, force: true }),
    command: () => ({ argv: ['/bin/sh', '-c', call], env }),
  };
}

/** The agent in one of the sessions, and how it calls its hook. */
interface Caller {
  /** File with the call's JSON. */
  readonly payload: string;
  /** Shell words. */
  readonly call: string;
  readonly env: NodeJS.ProcessEnv;
  readonly registry: string;
}

function caller({ box, names }: Stage, index: number, agent = 'claude'): Caller {
  const [pane = '', pid = ''] = box
    .tmux(SOCKET_LABEL, 'display-message', '-p', '-t', `=${names[index]}:`, '#{pane_id} #{pid}')
    .trim()
    .split(' ');
  const payload = join(box.home, `payload-${index}`);
  return {
    payload,
    call: `'${join(ROOT, 'scripts/hook.sh')}' hook ${agent} <'${payload}'`,
    env: { ...box.env, TMUX: `${box.socket(SOCKET_LABEL)},${pid},0`, TMUX_PANE: pane },
    registry: box.registry,
  };
}

const payloadOf = (id: string): string => JSON.stringify({ session_id: id, hook_event_name: 'UserPromptSubmit' });
