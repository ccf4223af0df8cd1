import type { Io } from '../io.ts';
import { subscribe as stayConnected } from '../jobs/mqtt/subscribe.ts';
import { noBroker, workContext } from '../jobs/mqtt/work-context.ts';
import { loadSettings } from '../load-settings.ts';

/** `subscribe`: stays connected and applies job events as they come, until it is told to end. */
export async function subscribe(options: { readonly registry?: string }, io: Io): Promise<number> {
  const settings = loadSettings({ registryFlag: options.registry ?? null, env: io.env });
  const context = workContext(settings, io.env, (line) => io.err(`${line}\n`));
  if (!context) throw noBroker();
  const stop = new AbortController();
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const end = () => stop.abort();
  // `on`, not `once`: signal-exit, which proper-lockfile brings along, ends the process when it finds no other listener.
  for (const signal of signals) process.on(signal, end);
  try {
    await stayConnected({ ...context, stop: stop.signal });
    return 0;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
