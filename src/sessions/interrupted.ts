import { UserError } from '../errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** From its making on, a wish of somebody that we stop is kept until there is a place to stop: there may be something to take back first. */
export class Interruption {
  #reject: (error: UserError) => void = () => {};
  readonly #asked = new Promise<never>((_, reject) => {
    this.#reject = reject;
  });
  readonly #stop = () => this.#reject(new UserError('interrupted', 'interrupted', 130));

  constructor() {
    // Nobody may ever wait for it.
    this.#asked.catch(() => {});
    for (const signal of SIGNALS) process.once(signal, this.#stop);
  }

  /** Waits for `work`, but throws `UserError` `interrupted` when somebody wants us to stop. */
  orWork<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#asked]);
  }

  end(): void {
    for (const signal of SIGNALS) process.off(signal, this.#stop);
  }
}
