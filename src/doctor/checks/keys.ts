import { printable } from '../../render/printable.ts';
import { type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** Keys that plugin.tmux binds behind the prefix, and how its bindings are known. */
const KEYS = [
  { option: '@drift-key', preset: 'M-d', mark: 'event key --socket=' },
  { option: '@drift-menu-key', preset: 'M-s', mark: ' menu --socket=' },
] as const;

/** Who owns our keys, and does anything show the count? */
export function checkKeys({ facts }: Surroundings): readonly Check[] {
  if (!facts) return [];
  const keys = KEYS.map(({ option, preset, mark }): Check => {
    const key = facts.set.has(option) ? facts.options[option] : preset;
    const title = `key ${option}`;
    if (key === '' || key === 'none') return ok(title, 'none, as set');
    const binding = facts.binding(key);
    if (binding.includes(mark)) return ok(title, `prefix + ${key}`);
    if (!binding.startsWith('bind-key'))
      return warning(
        title,
        `prefix + ${printable(key)} is not bound`,
        `tmux set -g ${option} KEY, then source tmux's configuration again`,
      );
    return warning(
      title,
      `prefix + ${key} is somebody else's: ${printable(binding)}`,
      `tmux set -g ${option} another key`,
    );
  });
  return [...keys, checkSegment(facts)];
}

function checkSegment({ options }: NonNullable<Surroundings['facts']>): Check {
  const title = 'status line';
  const side = (['status-right', 'status-left'] as const).find((name) => /@drift_(status|count)/.test(options[name]));
  if (side) return ok(title, `${side} shows the count`);
  return warning(
    title,
    'neither status-left nor status-right shows the count',
    'put #{E:@drift_status} into status-right',
  );
}
