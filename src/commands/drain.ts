import type { Io } from '../io.ts';
import { type DrainResult, drain as drainOnce } from '../jobs/mqtt/drain.ts';
import { noteTrouble } from '../jobs/mqtt/trouble.ts';
import { noBroker, workContext } from '../jobs/mqtt/work-context.ts';
import { loadSettings } from '../load-settings.ts';
import { stateFolder } from '../settings.ts';

export interface DrainOptions {
  readonly registry?: string;
  readonly json?: boolean;
  /** For the plugin: says nothing, and has nothing to say where no broker is configured. */
  readonly quiet?: boolean;
  readonly maxSeconds?: number;
}

const MOST_SECONDS = 30;

/** `drain`: takes the job events that the broker has queued, and sends what waits to be sent. */
export async function drain(options: DrainOptions, io: Io): Promise<number> {
  const tell = (text: string) => options.quiet || io.err(`${text}\n`);
  const settings = loadSettings({ registryFlag: options.registry ?? null, env: io.env });
  const trouble = noteTrouble(stateFolder(io.env));
  try {
    const context = workContext(settings, io.env, tell);
    if (!context && !options.quiet) throw noBroker();
    if (!context) return 0;
    const result = await drainOnce({ ...context, capMs: (options.maxSeconds ?? MOST_SECONDS) * 1000 });
    tell(summary(result));
    if (options.json) io.out(`${JSON.stringify(drainReport(result), null, 2)}\n`);
    trouble.over();
    return 0;
  } catch (error) {
    trouble.note(error);
    throw error;
  }
}

function summary({ state, applied, sent }: DrainResult): string {
  if (state === 'busy') return 'another drain or subscriber is connected and takes the events';
  const counts = `${applied.length} events taken, ${count(applied, 'ended')} of them ended a session's row; ${sent} events sent`;
  return state === 'done' ? counts : `${counts}; time is up, the rest stays queued`;
}

const count = (applied: DrainResult['applied'], kind: string): number =>
  applied.filter((one) => one.kind === kind).length;

const drainReport = ({ state, applied, sent }: DrainResult) => ({
  format_version: '1.0',
  state,
  received: applied.length,
  ended: count(applied, 'ended'),
  repeated: count(applied, 'again'),
  already_over: count(applied, 'over'),
  too_old: count(applied, 'too-old'),
  unknown_job: count(applied, 'unknown'),
  no_end: count(applied, 'other'),
  ignored: count(applied, 'ignored'),
  unsettled: applied.filter(({ settled }) => !settled).length,
  sent,
});
