import type { Outcome } from '../pipeline/run.ts';

/** The JSON of `reconcile`. New keys only add; the order stays. */
export interface Report {
  readonly format_version: '1.0';
  readonly timestamp: string;
  readonly yaml_path: string;
  readonly tmux_sessions_alive: readonly string[];
  readonly tmux_confirmed: boolean;
  readonly servers: readonly {
    readonly server: string;
    readonly state: string;
    readonly reason: string | null;
    readonly sessions: number;
  }[];
  readonly drifts: readonly {
    readonly class: string;
    readonly kind: string;
    readonly name: string;
    readonly server: string | null;
    readonly msg: string;
    readonly repaired: boolean;
  }[];
  readonly actions: readonly string[];
  readonly dry_run: boolean;
}

/** What a run found and did, as data. `timestamp`: ISO time, UTC, to the second. */
export function report({ registryPath, servers, drifts, repaired, dryRun }: Outcome, timestamp: string): Report {
  const present = servers.filter((server) => server.state === 'present');
  return {
    format_version: '1.0',
    timestamp,
    yaml_path: registryPath,
    tmux_sessions_alive: present
      .flatMap(({ address, sessions }) => sessions.map(({ name }) => `${name}|${address.label}`))
      .sort(),
    tmux_confirmed: servers.every(({ state }) => state !== 'unknown'),
    servers: servers.map((server) => ({
      server: server.address.label,
      state: server.state,
      reason: server.state === 'present' ? null : server.reason,
      sessions: server.state === 'present' ? server.sessions.length : 0,
    })),
    drifts: drifts.map(({ class: cls, kind, name, server, msg, edits }) => ({
      class: cls,
      kind,
      name,
      server,
      msg,
      repaired: repaired && edits.length > 0,
    })),
    actions: repaired ? drifts.flatMap(({ action }) => action ?? []) : [],
    dry_run: dryRun,
  };
}
