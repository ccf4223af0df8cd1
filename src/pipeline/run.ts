/**
 * The one pipeline: lock → read registry → observe tmux → look at agents' files → detect → journal → write registry → remember → publish.
 * Full reconcile, tmux event, agent's hook, job message and dry run are this with another scope or another last step.
 *
 * Invariants: what is written was observed under the registry's lock; a server that is `unknown` leads to no edit; a dry run computes the
 * same plan by the same code, takes no lock and writes nothing at all; nothing is changed that is not in the journal; a spooled event is
 * forgotten only after what it asks for is on disk.
 */
import { join } from 'node:path';
import { appendJournal, type JournalEntry } from '../journal.ts';
import { knownAgents } from '../known-agents.ts';
import { part } from '../parts.ts';
import { detect } from '../reconcile/detect.ts';
import type { Drift, RegistryView, World } from '../reconcile/types.ts';
import type { Lock } from '../registry/held-lock.ts';
import { openAll, openRegistry } from '../registry/open-registry.ts';
import { sweepFolder } from '../registry/sweep-temp-files.ts';
import type { Environment, Settings } from '../settings.ts';
import { stateFolder } from '../settings.ts';
import { ensureStateFolder } from '../state-folder.ts';
import { addressOfSocket } from '../tmux/address.ts';
import type { ServerAddress, ServerObservation } from '../tmux/types.ts';
import { readReports } from './agent-reports.ts';
import { readArtifactsSeen, rememberArtifacts } from './artifacts-seen.ts';
import { latestAnswer, observeAll } from './ask-servers.ts';
import { type Carried, carry, readCarried, rememberDrifts } from './carried.ts';
import type { FrontAnswer } from './front-answer.ts';
import { journalEntries, unknownEntries } from './journal-entries.ts';
import { look } from './look.ts';
import { hasCode, noteFailure } from './note-failure.ts';
import { ownPart } from './own-part.ts';
import { allServers, oneServer, tmuxPlace } from './scope.ts';
import { awaitQuiet, hasNewEvents, readSpool, removeSpooled, type TakenFile, takeSpool } from './spool.ts';
import { handledFiles, takeEvents, whoOf } from './take-events.ts';

export interface Request {
  readonly registryPath: string;
  /** Those that hold for the run, once the servers have answered. */
  readonly settings: (servers: readonly ServerObservation[]) => Settings;
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
  readonly registry: RegistryView;
  readonly servers: readonly ServerObservation[];
  readonly settings: Settings;
  /** What this run saw beyond tmux's answers. */
  readonly world: World;
  readonly drifts: readonly Drift[];
  /** Were the drifts that have edits repaired? */
  readonly repaired: boolean;
  readonly dryRun: boolean;
  /** The events that were spooled before tmux was asked. */
  readonly taken: readonly TakenFile[];
  /** What is left on all servers, for the count. */
  readonly carried: Carried;
}

/** How often a run starts again because an editor that takes no lock changed the file under it. */
const TRIES = 3;

/** How often a server is looked at when its events keep coming; what comes still later starts a run of its own. */
const LOOKS = 3;

/** Runs the pipeline once; throws the errors of errors.ts, each of which is in the journal then. */
export function run(request: Request): Outcome {
  const stateDir = stateFolder(request.env);
  if (request.mode === 'dry-run') return pass(request, stateDir);
  ensureStateFolder(stateDir);
  let lock: Lock | null = null;
  try {
    lock = request.lock ?? part('rare').lockRegistry(request.registryPath);
    if (request.scope === 'all') sweepFolder(stateDir);
    let outcome = unchangedPass(request, stateDir);
    for (let looks = 1; looks < LOOKS && hasNews(outcome, request, stateDir); looks++) {
      if (request.sender) awaitQuiet(stateDir, request.sender.socket);
      outcome = unchangedPass({ ...request, answer: null }, stateDir);
    }
    return outcome;
  } catch (error) {
    noteFailure(error, request.now, handlerOf(request), stateDir);
    throw error;
  } finally {
    if (!request.lock) lock?.release();
  }
}

/** A pass under which nobody changed the file. */
function unchangedPass(request: Request, stateDir: string): Outcome {
  for (let attempt = 1; attempt < TRIES; attempt++) {
    const outcome = unlessChanged(request, stateDir);
    if (outcome) return outcome;
  }
  return pass(request, stateDir);
}

/** Has the server sent an event that the last pass knew nothing of? One that does not answer would keep the lock for too long. */
const hasNews = ({ servers }: Outcome, { scope, sender }: Request, stateDir: string): boolean =>
  scope === 'one' &&
  sender !== null &&
  servers.every(({ state }) => state !== 'unknown') &&
  hasNewEvents(stateDir, sender.socket);

/** Null when an editor that takes no lock changed the file meanwhile. */
function unlessChanged(request: Request, stateDir: string): Outcome | null {
  try {
    return pass(request, stateDir);
  } catch (error) {
    if (!hasCode(error, 'registry-changed')) throw error;
    noteFailure(error, request.now, handlerOf(request), stateDir);
    return null;
  }
}

const handlerOf = (request: Request) => ({ who: request.who, scope: scopeOf(request) });

const scopeOf = ({ sender, scope }: Request): string => (sender && scope === 'one' ? sender.socket : 'all');

function pass(request: Request, stateDir: string): Outcome {
  const { registryPath, env, scope, sender, mode, now } = request;
  const registry = scope === 'one' ? openRegistry(registryPath, join(stateDir, 'row-index')) : openAll(registryPath);
  const spoolOf = scope === 'one' && sender ? sender.socket : null;
  const spooled = () => readSpool(stateDir, spoolOf);
  const take = () => (mode === 'dry-run' ? [] : takeSpool(stateDir, spoolOf));
  let taken = take();
  let first = spooled();
  const answer = latestAnswer(request.answer, first);
  if (request.answer && !answer) {
    awaitQuiet(stateDir, request.answer.server.address.socket);
    taken = take();
    first = spooled();
  }
  const senders = scope === 'one' ? [] : first.map(({ socket }) => addressOfSocket(socket, tmuxPlace(env)));
  const { addresses, sockets } =
    scope === 'one' && sender
      ? oneServer(registry.rows, sender, env)
      : allServers(registry.rows, [...(sender ? [sender] : []), ...senders], env);
  const servers = observeAll(addresses, answer, env);
  const settings = request.settings(servers);
  const adapters = knownAgents(settings.file);
  const view = scope === 'one' ? ownPart(registry, servers) : registry;
  const events = takeEvents(spooled, servers);
  const { reports, ignored } = readReports(events, adapters);
  const artifactsSeen = readArtifactsSeen(stateDir);
  const world = look({
    registry: { ...view, placesOf: registry.placesOf, inactive: registry.inactive },
    servers,
    sockets,
    events,
    reports,
    artifactsSeen,
    settings,
    adapters,
    env,
    now,
  });
  const drifts = detect(view, world);
  const before = readCarried(stateDir);
  const repaired = mode === 'repair';
  const carried = carry(before, drifts, servers, scope, repaired);
  const outcome: Outcome = {
    registryPath,
    registry: view,
    servers,
    settings,
    world,
    drifts,
    repaired,
    dryRun: mode === 'dry-run',
    taken,
    carried,
  };
  if (mode === 'dry-run') return outcome;

  const handler = { who: whoOf(request.who, events), scope: scopeOf(request) };
  // Before the repair: what was changed can be put back by hand even if this run is killed right behind it.
  appendJournal(stateDir, now, [
    ...unknownEntries(servers, before, handler),
    ...journalEntries({ registry, drifts, before, repaired, ...handler }),
    ...ignored.map(
      ({ agent, ignored: why }): JournalEntry => ({ who: `hook ${agent}`, scope: 'all', what: 'ignored', msg: why }),
    ),
  ]);
  if (repaired) registry.write(drifts.flatMap((drift) => drift.edits));
  if (repaired && settings.mqttUrl.value !== null) part('rare').queueTerminated(stateDir, drifts, now);
  removeSpooled(handledFiles(events, outcome), events);
  rememberArtifacts(stateDir, world);
  rememberDrifts(stateDir, before, carried);
  return outcome;
}
