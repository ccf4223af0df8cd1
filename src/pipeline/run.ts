/**
 * The one pipeline: lock → read registry → observe tmux → look at agents' files → detect → write registry → remember → publish.
 * Full reconcile, tmux event, agent's hook, job message and dry run are this with another scope or another last step.
 *
 * Invariants: what is written was observed under the registry's lock; a server that is `unknown` leads to no edit; a dry run computes the
 * same plan by the same code, takes no lock and writes nothing at all; a spooled event is forgotten only after what it asks for is on disk.
 */
import { basename } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { appendJournal, type JournalEntry } from '../journal.ts';
import { queueTerminated } from '../jobs/terminated-event.ts';
import { knownAgents } from '../known-agents.ts';
import { detect } from '../reconcile/detect.ts';
import type { Drift, World } from '../reconcile/types.ts';
import { editRegistry } from '../registry/edit-registry.ts';
import { type Lock, lockRegistry } from '../registry/lock.ts';
import { readRegistry } from '../registry/read-registry.ts';
import { writeRegistry } from '../registry/write-registry.ts';
import type { Registry } from '../registry/types.ts';
import type { Environment, Settings } from '../settings.ts';
import { stateFolder } from '../settings.ts';
import { ensureStateFolder } from '../state-folder.ts';
import { addressOfSocket } from '../tmux/address.ts';
import { observe } from '../tmux/observe.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';
import { readReports } from './agent-reports.ts';
import { readArtifactsSeen, rememberArtifacts } from './artifacts-seen.ts';
import { carry, type Carried, readCarried, rememberDrifts } from './carried.ts';
import type { FrontAnswer } from './front-answer.ts';
import { journalEntries } from './journal-entries.ts';
import { look } from './look.ts';
import { allServers, oneServer, tmuxPlace } from './scope.ts';
import { readSpool, removeSpooled } from './spool.ts';
import { handledEvents, takeEvents, whoOf } from './take-events.ts';

export interface Request {
  readonly registryPath: string;
  readonly settings: Settings;
  readonly env: Environment;
  /** `all`: full reconcile. `one`: only the server that sent the event. */
  readonly scope: 'all' | 'one';
  /** The server that sent the event; null from the command line. */
  readonly sender: ServerAddress | null;
  /** What the sender answered already, under the lock that came along. */
  readonly answer: FrontAnswer | null;
  /** A lock that the caller holds already; the run does not release it. */
  readonly lock: Lock | null;
  /** `dry-run`: compute only. `detect`: remember and show, repair nothing. */
  readonly mode: 'repair' | 'detect' | 'dry-run';
  /** For the journal: `cli`, `key`, `session-closed`, `hook claude`. */
  readonly who: string;
  /** Epoch seconds. */
  readonly now: number;
}

export interface Outcome {
  readonly registryPath: string;
  /** As it was read, before any repair. */
  readonly registry: Registry;
  readonly servers: readonly ServerObservation[];
  /** What this run saw beyond tmux's answers. */
  readonly world: World;
  readonly drifts: readonly Drift[];
  /** Were the drifts that have edits repaired? */
  readonly repaired: boolean;
  readonly dryRun: boolean;
  /** What is left on all servers, for the count. */
  readonly carried: Carried;
}

/** How often a run starts again because an editor that takes no lock changed the file under it. */
const TRIES = 3;

/** Runs the pipeline once; throws the errors of errors.ts. */
export function run(request: Request): Outcome {
  const stateDir = stateFolder(request.env);
  if (request.mode === 'dry-run') return pass(request, stateDir);
  ensureStateFolder(stateDir);
  const lock = request.lock ?? lockRegistry(request.registryPath);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return pass(request, stateDir);
      } catch (error) {
        if (!(error instanceof EnvironmentError && error.code === 'registry-changed') || attempt === TRIES) throw error;
      }
    }
  } finally {
    if (!request.lock) lock.release();
  }
}

function pass(request: Request, stateDir: string): Outcome {
  const { registryPath, env, scope, sender, settings, mode, now } = request;
  const adapters = knownAgents(settings.file);
  const registry = readRegistry(registryPath);
  const view = scope === 'one' ? { ...registry, unreadable: [], identities: [] } : registry;
  const spooled = () => readSpool(stateDir, scope === 'one' && sender ? sender.socket : null);
  const waiting = spooled();
  const senders = scope === 'one' ? [] : waiting.map(({ socket }) => addressOfSocket(socket, tmuxPlace(env)));
  const { addresses, sockets } = scope === 'one' && sender ? oneServer(registry.rows, sender, env) : allServers(registry.rows, [...(sender ? [sender] : []), ...senders], env);
  const servers = observeAll(addresses, request);
  const events = takeEvents(spooled, servers);
  const { reports, ignored } = readReports(events, adapters);
  const artifactsSeen = readArtifactsSeen(stateDir);
  const world = look({ registry: view, servers, sockets, events, reports, artifactsSeen, settings, adapters, env, now });
  const drifts = detect(view, world);
  const before = readCarried(stateDir);
  const repaired = mode === 'repair';
  const carried = carry(before, drifts, servers, scope, repaired);
  const outcome: Outcome = { registryPath, registry, servers, world, drifts, repaired, dryRun: mode === 'dry-run', carried };
  if (mode === 'dry-run') return outcome;

  if (repaired) writePlan(registry, drifts);
  if (repaired && settings.mqttUrl.value !== null) queueTerminated(stateDir, drifts, now);
  removeSpooled(handledEvents(events, request.answer?.waiting ?? new Set(waiting.map(({ file }) => basename(file))), outcome));
  rememberArtifacts(stateDir, world);
  const entries: readonly JournalEntry[] = [
    ...journalEntries({ drifts, before, repaired, who: whoOf(request.who, events), scope: sender && scope === 'one' ? sender.socket : 'all' }),
    ...ignored.map(({ agent, ignored: why }): JournalEntry => ({ who: `hook ${agent}`, scope: 'all', what: 'ignored', msg: why })),
  ];
  appendJournal(stateDir, now, entries);
  rememberDrifts(stateDir, before, carried);
  return outcome;
}

/** The sender's own answer is taken where it came along; all others are asked now. */
function observeAll(addresses: readonly ServerAddress[], { answer, env }: Request): readonly ServerObservation[] {
  const asked = observe(
    addresses.filter(({ socket }) => socket !== answer?.server.address.socket),
    env,
  );
  const bySocket = new Map([...asked, ...(answer ? [answer.server] : [])].map((server) => [server.address.socket, server]));
  return addresses.flatMap(({ socket }) => bySocket.get(socket) ?? []);
}

function writePlan(registry: Registry, drifts: readonly Drift[]): void {
  const edits = drifts.flatMap((drift) => drift.edits);
  if (edits.length > 0) writeRegistry(registry, edits, editRegistry(registry, edits));
}
