import { DEFAULT_STATUS_FORMAT, type Environment } from '../settings.ts';
import { setOptions } from '../tmux/set-options.ts';
import type { ServerObservation } from '../tmux/types.ts';
import { type Carried, countOf } from './carried.ts';
import type { Outcome } from './run.ts';

/** tmux options to set on one server, in order: name and value. */
export type OptionValues = readonly (readonly [string, string])[];

/**
 * What a server that answered must show now, less what it shows already: setting an option redraws every client.
 * The status text is the user's own format and never holds text from outside, because `#{E:…}` would run what is in it.
 */
export function optionsToSet(
  server: Extract<ServerObservation, { state: 'present' }>,
  carried: Carried,
  statusFormat: string,
): OptionValues {
  const count = countOf(carried, server.address.socket);
  const unknown = carried.unknown.length > 0 ? '?' : '';
  const wanted: OptionValues = [
    ['@drift_count', String(count)],
    ['@drift_status', `${count > 0 ? statusFormat : ''}${unknown}`],
  ];
  return wanted.filter(([name, value]) => (server.options[name] ?? '') !== value);
}

/** Shows the count on every server that answered. */
export function publishAll({ servers, settings, carried }: Outcome, env: Environment): void {
  for (const server of servers) {
    if (server.state !== 'present') continue;
    const format = server.options['@drift-status-format'] || settings.file.status_format || DEFAULT_STATUS_FORMAT;
    setOptions(server.address, optionsToSet(server, carried, format), env);
  }
}
