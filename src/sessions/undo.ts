import { EnvironmentError } from '../errors.ts';

/** Steps that take back what was done, last one first; each answers null, or what it could not take back. */
export class Undo {
  readonly #steps: (() => string | null)[] = [];

  add(step: () => string | null): void {
    this.#steps.push(step);
  }

  /** Takes everything back and answers the error to throw: the one given, with what is left over where something is. */
  after(error: unknown): unknown {
    const left = this.#steps.reverse().flatMap((step) => step() ?? []);
    this.#steps.length = 0;
    if (left.length === 0) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new EnvironmentError('half-done', `${message}\nAnd this could not be taken back: ${left.join('; ')}`, error);
  }
}
