import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { Sandbox, type TmuxServer } from '../harness.ts';
import { waitFor } from '../wait-for.ts';

/** How an agent comes into its session: as its first process, or typed into a shell, which outlives it. */
type Place = 'pane' | 'shell';

/** A session that an agent was started in. */
export interface Session {
  readonly name: string;
  readonly place: Place;
  /** Every conversation that its present (or last) agent process was in. */
  own: readonly string[];
  /** The conversation that its agent is in now; null: in none yet. */
  now: string | null;
  state: 'agent' | 'shell' | 'closed';
}

const RESUME: Readonly<Record<string, readonly string[]>> = {
  claude: ['--resume'],
  agy: ['--conversation'],
  codex: ['resume'],
};

interface Kind {
  readonly agent: string;
  readonly version: Readonly<Record<string, string>>;
  /** Our hook is in the agent's settings. */
  readonly hooked: boolean;
}

/** One folder, several stand-ins of one kind in sessions of a real server with the plugin, and the truth about each. */
export class RowWorld {
  readonly sandbox: Sandbox;
  readonly sessions: Session[] = [];
  /** What happened, for the message of a failure. */
  readonly log: string[] = [];
  readonly #server: TmuxServer;
  readonly #kind: Kind;
  readonly #cwd: string;
  readonly #written = new Set<string>();
  readonly #complaints: string[] = [];

  static async make(kind: Kind): Promise<RowWorld> {
    const world = new RowWorld(kind);
    await waitFor('the plugin is loaded', () => world.#server.option('@drift_count') === '0');
    if (kind.hooked) world.sandbox.call('agents', 'install', kind.agent);
    return world;
  }

  private constructor(kind: Kind) {
    this.sandbox = new Sandbox().usePlugin();
    this.#kind = kind;
    this.#cwd = this.sandbox.file('work/api.v2_x');
    mkdirSync(this.#cwd, { recursive: true });
    this.#server = this.sandbox.server().start('main');
    this.log.push(JSON.stringify(kind));
  }

  /** Sessions in which an agent runs now. */
  get agents(): readonly Session[] {
    return this.sessions.filter(({ state }) => state === 'agent');
  }

  /** Conversations on disk that nobody is in. */
  free(): readonly string[] {
    return [...this.#written].filter((id) => this.agents.every(({ now }) => now !== id));
  }

  /** Starts an agent, in a new session. */
  async begin(place: Place, ...args: readonly string[]): Promise<void> {
    const name = `s${this.sessions.length}-creator-${this.#kind.agent}`;
    const session: Session = { name, place, own: [], now: null, state: 'agent' };
    this.sessions.push(session);
    const command = [this.#kind.agent, ...args].join(' ');
    const env = Object.entries(this.#kind.version).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    this.#server.new(name, ...env, '-c', this.#cwd, place === 'pane' ? command : 'exec sh');
    if (place === 'shell') return this.#say(session, command);
    return this.#heard(session, 1);
  }

  /** One random step; what makes no sense now is a start. */
  async act(what: string, one: Session | null, old: string | null, place: Place): Promise<void> {
    this.log.push(`${what} ${one?.name ?? '-'} ${one?.now ?? '-'} ${old ?? '-'} ${place}`);
    const args = what === 'resume' && old ? [...(RESUME[this.#kind.agent] ?? []), old] : [];
    if (one === null || what === 'start' || what === 'resume') {
      const shell = this.sessions.find(({ state }) => state === 'shell');
      if (shell && place === 'shell') return this.#again(shell, args);
      return this.agents.length < 3 ? this.begin(place, ...args) : undefined;
    }
    switch (what) {
      case 'prompt':
        await this.#say(one, 'hello');
        if (one.now !== null) this.#written.add(one.now);
        return;
      case 'clear':
        return this.#say(one, '/clear');
      case 'switch':
        if (old) await this.#say(one, `/resume ${old}`);
        return;
      case 'subagent':
        if (one.now !== null) await this.#say(one, '/agent');
        return;
      default:
        return this.#end(one, what);
    }
  }

  /** Waits until nothing of ours is at work: what agents and tmux had to say is spooled or handled. */
  async settle(): Promise<void> {
    await waitFor('the hooks are done', () => ours(this.sandbox.home).length === 0);
  }

  /** What agents said about our hook. */
  complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Another agent process in a shell that one has left. */
  async #again(session: Session, args: readonly string[]): Promise<void> {
    session.own = [];
    session.now = null;
    session.state = 'agent';
    await this.#say(session, [this.#kind.agent, ...args].join(' '));
  }

  /** Types a line, and waits for what the agent says to it. */
  async #say(session: Session, line: string): Promise<void> {
    const before = this.#said(session).length;
    this.#server.tmux('send-keys', '-t', this.#target(session), line, 'Enter');
    await this.#heard(session, before + 1);
  }

  async #heard(session: Session, count: number): Promise<void> {
    const said = await waitFor(`${session.name} has spoken\n${this.log.join('\n')}`, () => {
      const all = this.#said(session);
      return all.length >= count ? all : null;
    });
    const id = said.at(-1) ?? '-';
    session.now = id === '-' ? null : id;
    if (session.now !== null) session.own = [...session.own, session.now];
  }

  #said(session: Session): readonly string[] {
    return [...this.#screen(session).matchAll(/(?:^|[$#] )conversation (\S+)/gm)].map(([, id = '-']) => id);
  }

  #screen(session: Session): string {
    return this.#server.tmux('capture-pane', '-p', '-J', '-S', '-', '-t', this.#target(session));
  }

  async #end(session: Session, how: string): Promise<void> {
    this.#complaints.push(
      ...this.#screen(session)
        .split('\n')
        .filter((line) => line.startsWith('hook:')),
    );
    const pid = this.#pid(session);
    if (how === 'exit') this.#server.tmux('send-keys', '-t', this.#target(session), '/exit', 'Enter');
    else if (how === 'kill') process.kill(pid, 'SIGKILL');
    else this.#server.kill(session.name);
    session.state = session.place === 'shell' && how !== 'hangup' ? 'shell' : 'closed';
    session.now = null;
    await waitFor(`${session.name} has ended`, () =>
      session.state === 'closed' ? this.#server.id(session.name) === '' : this.#pid(session) === this.#panePid(session),
    );
    await waitFor(`process ${pid} has ended`, () => commandOf(pid) === null);
  }

  #panePid(session: Session): number {
    return Number(this.#server.tmux('display-message', '-p', '-t', this.#target(session), '#{pane_pid}'));
  }

  /** The innermost process of the session: the agent itself, below a shell or a shim. */
  #pid(session: Session): number {
    let pid = this.#panePid(session);
    for (;;) {
      const child = childrenOf(pid).find((one) => commandOf(one) !== null);
      if (child === undefined) return pid;
      pid = child;
    }
  }

  #target({ name }: Session): string {
    return `${this.#server.id(name)}:`;
  }
}

const childrenOf = (pid: number): readonly number[] =>
  (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);

/** Null when there is no such process, or only its exit status is left of it. */
const commandOf = (pid: number): string | null => read(`/proc/${pid}/cmdline`) || null;

/** Processes of this home that run our hooks or our binary. */
const ours = (home: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        /scripts\/(hook|event)\.sh|dist\/tmux-drift/.test(read(`/proc/${pid}/cmdline`) ?? '') &&
        (read(`/proc/${pid}/environ`) ?? '').split('\0').includes(`HOME=${home}`),
    );

/** Null: gone meanwhile, or not ours to read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
