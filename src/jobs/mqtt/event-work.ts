import { type Applied, type ApplyContext, applyMessages } from '../apply-messages.ts';
import type { Broker } from './broker.ts';
import type { Connection } from './connect.ts';
import { type Delivered, type Intake, takeMessages } from './intake.ts';
import { type QueueEnd, queueEnd } from './queue-end.ts';

export interface WorkContext extends ApplyContext {
  readonly broker: Broker;
  /** Said once for each event. */
  readonly say: (line: string) => void;
}

export interface WorkOptions {
  readonly applied: (results: readonly Applied[]) => void;
  /** As in `IntakeOptions`. */
  readonly failed: (error: unknown) => number | null;
  readonly unsettledAgainMs: number | null;
}

/** Applies what one connection brings: the part that drain and subscribe share. */
export class EventWork {
  readonly #context: WorkContext;
  readonly #options: WorkOptions;
  readonly #end: QueueEnd;
  #intake: Intake | null = null;

  constructor(context: WorkContext, options: WorkOptions) {
    this.#context = context;
    this.#options = options;
    this.#end = queueEnd(context.broker);
  }

  /** To be called before the client connects. */
  start(client: Connection['client']): void {
    const { failed, unsettledAgainMs } = this.#options;
    this.#intake = takeMessages(client, { handle: (batch) => this.#handle(batch), failed, unsettledAgainMs });
  }

  /** Nothing is applied or acknowledged from now on. */
  stop(): void {
    this.#intake?.stop();
  }

  /** As `QueueEnd.reached`. */
  emptied(connection: Connection, deadline: number, quietMs?: number): Promise<boolean | null> {
    return this.#end.reached(connection, () => this.#intake?.lastActivity() ?? 0, deadline, quietMs);
  }

  #handle(batch: readonly Delivered[]): readonly boolean[] {
    const events = batch.filter((message) => !this.#end.takeMark(message));
    const results = applyMessages(events, this.#context);
    for (const { line } of results) this.#context.say(line);
    this.#options.applied(results);
    const settled = new Map(events.map((event, index) => [event, results[index]?.settled === true]));
    return batch.map((message) => settled.get(message) ?? true);
  }
}
