import type { Drift } from '../reconcile/types.ts';
import type { Row } from '../registry/types.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { queueLifecycles } from './outbox.ts';

/** The news that a row with a job is terminated; nothing for a row without one. */
export const terminatedEvent = ({ jobId, name, server }: Row, time: number): readonly LifecycleEvent[] =>
  jobId === null
    ? []
    : [
        {
          event: 'terminated',
          jobId,
          session: name,
          server,
          host: process.getBuiltinModule('node:os').hostname(),
          time,
        },
      ];

/** Queues the news of rows that a reconcile has just terminated. */
export const queueTerminated = (stateDir: string, drifts: readonly Drift[], time: number): void =>
  queueLifecycles(
    stateDir,
    drifts.flatMap(({ kind, edits }) =>
      kind === 'gone' && edits[0] && edits[0].kind !== 'append' ? terminatedEvent(edits[0].row, time) : [],
    ),
  );
