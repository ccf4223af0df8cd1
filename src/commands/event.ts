import { closeSync, writeSync } from 'node:fs';
import { part } from '../parts.ts';
import { type FrontAnswer, parseFrontAnswer, readFrontAnswer } from '../pipeline/front-answer.ts';
import { writeFrontNotes } from '../pipeline/front-notes.ts';
import { optionsToSet, publishAll } from '../pipeline/publish.ts';
import { type Outcome, run } from '../pipeline/run.ts';
import { tmuxPlace } from '../pipeline/scope.ts';
import { leaveGate } from '../pipeline/spool.ts';
import { readConfigFile } from '../read-config-file.ts';
import { adoptLock } from '../registry/adopt-lock.ts';
import { printable } from '../render/printable.ts';
import { exitCodeOf, messageOf } from '../report-error.ts';
import { configPath, type Environment, resolveSettings, type Settings, stateFolder } from '../settings.ts';
import { addressOfSocket } from '../tmux/address.ts';
import { observe } from '../tmux/observe.ts';
import { commandArgument, setOptions } from '../tmux/set-options.ts';
import type { ServerAddress } from '../tmux/types.ts';
import { drainLater } from './drain-later.ts';
import { eventFlags } from './event-flags.ts';

/** What the binary says about a failed run begins with this, and only that is taken back when a run succeeds. */
const ERROR_MARK = 'reconcile: ';

/**
 * `event <hook> --socket=PATH …`: what tmux hooks call, through scripts/event.sh. Reconciles the server that sent the event;
 * `load` (the plugin was sourced) and `key` reconcile all. With `--answer-fd` the caller has asked tmux already and sets the options
 * that are printed as `name<TAB>value`; with `--lock-fd` it holds the registry's lock; with `--gate` it waits for the line `done <code>`, and
 * for nothing behind that, and keeps the gate only if there are options to set.
 */
export function event(words: readonly string[], env: Environment): number {
  const [hook = '', ...rest] = words[0]?.startsWith('--') ? ['', ...words] : words;
  const flags = eventFlags(rest);
  const sender = addressOfSocket(flags.socket, tmuxPlace(env));
  const said = flags.answerFd === null ? '' : readFrontAnswer(flags.answerFd);
  // The front says nothing when it got no lock.
  const answer = said === '' ? null : parseFrontAnswer(sender, said);
  const lockFd = said === '' ? null : flags.lockFd;
  const tell = flags.answerFd !== null ? printOptions : (values: OptionList) => setOptions(sender, values, env);
  let toTell: OptionList = [];
  let code = 0;
  try {
    const asked = answer?.server ?? observe([sender], env)[0] ?? null;
    const options = asked?.state === 'present' ? asked.options : {};
    const settings = resolveSettings({
      registryFlag: flags.registry,
      env,
      options,
      file: readConfigFile(configPath(env)),
    });
    const outcome = reconcileEvent({ hook, sender, answer, settings, lockFd, env });
    writeFrontNotes(stateFolder(env), settings, env);
    const own = outcome.servers.find(({ address }) => address.socket === sender.socket);
    const shown =
      own?.state === 'present' && !isFull(hook) ? optionsToSet(own, outcome.carried, settings.statusFormat.value) : [];
    if (own?.state === 'present') toTell = [...shown, ...errorCleared(own)];
    tell(toTell);
    if (isFull(hook)) publishAll(outcome, env);
    if (hook === 'key' && flags.client !== null) part('rare').showOutcome(outcome, sender, flags.client, env);
    if (settings.mqttUrl.value !== null && mayRepair(hook, settings)) drainLater(!isFull(hook), env);
  } catch (error) {
    const message = messageOf(error);
    toTell = [['@drift_error', `${ERROR_MARK}${oneLine(message)}`]];
    tell(toTell);
    writeSync(2, message);
    code = exitCodeOf(error);
  }
  if (flags.gate !== null) {
    if (toTell.length === 0) leaveGate(flags.gate);
    dismissFront(code);
  }
  return code;
}

/** Lets the front go on, which would otherwise wait until this process has gone: that takes as long as writing the registry. */
function dismissFront(code: number): void {
  writeSync(1, `done ${code}\n`);
  closeSync(1);
  closeSync(2);
}

interface EventRun {
  readonly hook: string;
  readonly sender: ServerAddress;
  readonly answer: FrontAnswer | null;
  readonly settings: Settings;
  readonly lockFd: number | null;
  readonly env: Environment;
}

function reconcileEvent({ hook, sender, answer, settings, lockFd, env }: EventRun): Outcome {
  const registryPath = settings.registry.value;
  if (hook === 'load') part('rare').createRegistry(registryPath);
  return run({
    registryPath,
    settings: () => settings,
    env,
    scope: isFull(hook) ? 'all' : 'one',
    sender,
    answer: lockFd === null ? null : answer,
    lock: lockFd === null ? null : adoptLock(lockFd, registryPath),
    mode: mayRepair(hook, settings) ? 'repair' : 'detect',
    who: hook || 'event',
    now: Math.floor(Date.now() / 1000),
  });
}

const mayRepair = (hook: string, { repair }: Settings): boolean => repair.value || hook === 'key';

const isFull = (hook: string): boolean => hook === 'load' || hook === 'key';

type OptionList = readonly (readonly [string, string])[];

function printOptions(values: OptionList): void {
  const text = values.map(([name, value]) => `${name}\t${commandArgument(value)}\n`).join('');
  if (text) writeSync(1, text);
}

const errorCleared = ({ options }: { readonly options: Readonly<Record<string, string>> }): OptionList =>
  options['@drift_error']?.startsWith(ERROR_MARK) ? [['@drift_error', '']] : [];

/** Fit for a status line: one line, and nothing in it that tmux would expand. */
const oneLine = (message: string): string =>
  printable(message.trim().split('\n').slice(0, 2).join(' ')).replaceAll('#', '##');
