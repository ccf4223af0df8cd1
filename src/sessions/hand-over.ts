import { EnvironmentError } from '../errors.ts';
import { callTmux } from '../tmux/call.ts';
import { endingOf, type Watched } from './first-moments.ts';

/** A terminal program has drawn itself, or has taken in what was pasted, when its screen stands still for so long. */
const STILL_MS = 400;
const READY_MS = 20_000;
const TAKEN_MS = 3000;
const STEP_MS = 50;

/**
 * Pastes a prompt into an agent that takes none as an argument, and sends it. Bracketed, so that its line breaks do not send it in
 * pieces. Throws `EnvironmentError` `prompt-not-taken` when the agent does not get ready, or ends.
 */
export async function handOver(watched: Watched, prompt: string): Promise<void> {
  const { started, env, adapter } = watched;
  const { address } = started.server;
  const pane = started.session.panes[0]?.id ?? '';
  const screen = () => callTmux(address, ['capture-pane', '-p', '-t', pane], { env }).trimEnd();

  const ready = await standsStill(watched, screen, (text) => text !== '', READY_MS);
  if (!ready) throw notTaken(`${adapter.name} was not ready for its prompt within ${READY_MS / 1000} s`);
  const before = screen();
  const buffer = `tmux-drift-${process.pid}`;
  callTmux(address, ['load-buffer', '-b', buffer, '-'], { env, input: prompt });
  callTmux(address, ['paste-buffer', '-p', '-d', '-b', buffer, '-t', pane], { env });
  // An Enter that comes too early would be taken for a part of the paste.
  await standsStill(watched, screen, (text) => text !== before, TAKEN_MS);
  callTmux(address, ['send-keys', '-t', pane, 'Enter'], { env });
}

/** Waits until the screen is as wanted and stands still; false when it does not come to that in time. */
async function standsStill(
  watched: Watched,
  screen: () => string,
  wanted: (text: string) => boolean,
  patienceMs: number,
): Promise<boolean> {
  const end = performance.now() + patienceMs;
  let [text, since] = [screen(), performance.now()];
  for (;;) {
    if (wanted(text) && performance.now() - since >= STILL_MS) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    const ending = endingOf(watched);
    if (ending) throw notTaken(`${watched.adapter.name} did not take its prompt: ${ending}`);
    const next = screen();
    if (next !== text) [text, since] = [next, performance.now()];
  }
}

const notTaken = (message: string): EnvironmentError => new EnvironmentError('prompt-not-taken', message);
