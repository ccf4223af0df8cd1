import { detect } from '../../src/reconcile/detect.ts';
import type { Drift, World } from '../../src/reconcile/types.ts';
import type { Identity, Row } from '../../src/registry/types.ts';
import { view } from './world.ts';

/** `A gone*`: class, kind, and a star where it is repaired. */
export const seen = (rows: readonly Row[], of: World, identities: readonly Identity[] = []): string[] =>
  detect(view(rows, identities), of).map(
    ({ class: cls, kind, edits }) => `${cls} ${kind}${edits.length > 0 ? '*' : ''}`,
  );

/** Values that the plan sets, by key path; null where it removes the key. */
const planned = (drifts: readonly Drift[]): Record<string, unknown> =>
  Object.fromEntries(
    drifts
      .flatMap(({ edits }) => edits)
      .map((edit) =>
        edit.kind === 'append' ? ['row', edit.value] : [edit.path.join('.'), edit.kind === 'set' ? edit.value : null],
      ),
  );

export const plan = (rows: readonly Row[], of: World) => planned(detect(view(rows), of));
