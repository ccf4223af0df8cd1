import { printable } from '../../render/printable.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';
import { HOOKS } from '../tmux-facts.ts';

/** Where plugin.tmux puts its hooks. */
const SLOT = 1907;
const AGAIN = "source tmux's configuration again: tmux source-file ~/.tmux.conf";

/** Who owns our hooks' places, and who could hide them. */
export function checkHooks({ facts, hooks }: Surroundings): readonly Check[] {
  if (!facts) return [];
  return [...HOOKS.map((hook) => checkSlot(hook, hooks)), ...facts.sessionsWithHooks.map(hidden)];
}

function checkSlot(hook: string, hooks: string): Check {
  const title = `${hook}[${SLOT}]`;
  const entries = [...hooks.matchAll(new RegExp(`^${hook}\\[(\\d+)\\] (.*)$`, 'gm'))];
  const command = entries.find(([, index]) => Number(index) === SLOT)?.[2];
  const others = entries.filter(([, index]) => Number(index) !== SLOT).map(([, index]) => `[${index}]`);
  if (command === undefined) {
    const why =
      others.length > 0
        ? `not set; somebody set ${hook}${others[0]} since, perhaps without an index, which removes all others`
        : 'not set';
    return broken(title, why, AGAIN);
  }
  if (!command.includes('/scripts/event.sh'))
    return broken(title, `taken by: ${printable(command)}`, `tmux set-hook -gu '${title}', then ${AGAIN}`);
  return ok(title, others.length > 0 ? `ours; beside it ${others.join(' ')}` : 'ours');
}

const hidden = (session: string): Check =>
  warning(
    `hooks of session ${printable(session)}`,
    'it has session-created, -closed or -renamed hooks of its own, which hide ours for that session',
    'set those globally (set-hook -g) at an index of their own',
  );
