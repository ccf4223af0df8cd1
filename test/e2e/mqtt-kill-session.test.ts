import { expect, test } from 'vitest';
import { killSession, killSessions, type SessionIdentity } from '../../src/tmux/kill-session.ts';
import { Sandbox, type TmuxServer } from './harness.ts';

const identity = (overrides: Partial<SessionIdentity>): SessionIdentity => ({
  sessionId: null,
  created: null,
  serverStarted: null,
  panePid: null,
  name: 'api',
  ...overrides,
});

/** A server with three sessions, and what it says about them. */
function setUp() {
  const sandbox = new Sandbox();
  const server = sandbox
    .server()
    .start('api', '/dev/null', 'exec sleep 1000')
    .new('api-2', 'exec sleep 1000')
    .new('$0', 'exec sleep 1000');
  const address = { label: 'default', socket: server.socket, flags: ['-L', 'default'] as const };
  const created = (name: string) =>
    Number(server.tmux('display-message', '-p', '-t', server.id(name), '#{session_created}'));
  const started = Number(server.show('#{start_time}'));
  const kill = (overrides: Partial<SessionIdentity>) => killSession(address, identity(overrides), sandbox.env);
  return { sandbox, server, address, created, started, kill };
}

const names = (server: TmuxServer): readonly string[] =>
  server.tmux('list-sessions', '-F', '#{session_name}').trimEnd().split('\n').sort();

test('ends exactly the session whose id, creation and server life are meant', () => {
  const { server, created, started, kill } = setUp();
  const whole = { sessionId: server.id('api'), created: created('api'), serverStarted: started };
  expect(kill({ ...whole, created: whole.created + 1 })).toBe('other');
  expect(kill({ ...whole, serverStarted: started - 1 })).toBe('other');
  expect(kill({ ...whole, sessionId: '$77' })).toBe('gone');
  expect(names(server)).toEqual(['$0', 'api', 'api-2']);
  expect(kill({ ...whole, name: 'renamed since' })).toBe('killed');
  expect(names(server)).toEqual(['$0', 'api-2']);
  expect(kill(whole)).toBe('gone');
});

test('of a session as old as its server a pane must be younger than the server, which may have started twice in one second', () => {
  const { server, created, started, kill } = setUp();
  const whole = { sessionId: server.id('api'), created: created('api'), serverStarted: started };
  expect(whole.created).toBe(whole.serverStarted);
  expect(kill({ ...whole, panePid: server.pid - 1 })).toBe('other');
  expect(names(server)).toEqual(['$0', 'api', 'api-2']);
  const panePid = Number(server.tmux('display-message', '-p', '-t', `${whole.sessionId}:`, '#{pane_pid}'));
  expect(kill({ ...whole, panePid })).toBe('killed');
});

test('a name alone means the session of exactly this name', () => {
  const { server, created, kill } = setUp();
  for (const name of ['ap', 'a*', 'ap?', '=api', 'api:', '$1', '', '-t', ';', "x'; kill-server; '", '#{session_name}'])
    expect(kill({ name })).toBe('gone');
  expect(kill({ name: 'api', created: created('api') + 60 })).toBe('other');
  expect(kill({ name: 'api', sessionId: '$1; kill-server' })).toBe('other');
  expect(names(server)).toEqual(['$0', 'api', 'api-2']);
  // The name of one session and the id of another.
  expect(kill({ name: '$0' })).toBe('killed');
  expect(kill({ name: 'api', created: created('api') + 2 })).toBe('killed');
  expect(names(server)).toEqual(['api-2']);
});

test('an id without anything to prove it by counts only together with the name', () => {
  const { server, kill } = setUp();
  expect(kill({ name: 'api', sessionId: server.id('api-2') })).toBe('other');
  expect(kill({ name: 'api', sessionId: server.id('api') })).toBe('killed');
  expect(names(server)).toEqual(['$0', 'api-2']);
});

test('many at once, in one call, the last sessions of the server among them', () => {
  const { sandbox, server, address, created, started } = setUp();
  const of = (name: string) =>
    identity({ name, sessionId: server.id(name), created: created(name), serverStarted: started });
  const meant = [
    of('api'),
    identity({ ...of('api-2'), created: 1 }),
    identity({ ...of('api'), sessionId: '$9' }),
    of('$0'),
  ];
  expect(killSessions(address, meant, 'asked', sandbox.env)).toEqual(['killed', 'other', 'gone', 'killed']);
  expect(names(server)).toEqual(['api-2']);
  expect(killSessions(address, [of('api-2')], 'asked', sandbox.env)).toEqual(['killed']);
  // The server is gone with its last session.
  expect(killSessions(address, meant, 'asked', sandbox.env)).toEqual(['gone', 'gone', 'gone', 'gone']);
});

test('more sessions than fit one client call, which tmux refuses from 16 KiB on', () => {
  const { sandbox, server, address, created, started } = setUp();
  const none = (n: number) =>
    identity({ sessionId: `$${4_294_967_000 + n}`, created: started, serverStarted: started, panePid: 4_194_304 });
  const api = identity({ sessionId: server.id('api'), created: created('api'), serverStarted: started });
  const meant = Array.from({ length: 200 }, (_, n) => (n === 100 ? api : none(n)));
  const killed = killSessions(address, meant, 'job-end', sandbox.env);
  expect(killed).toEqual(meant.map((one) => (one === api ? 'killed' : 'gone')));
});

test('a job’s end heeds the option that the session’s server has at that moment', () => {
  const { sandbox, server, address, created, started } = setUp();
  const of = (name: string) =>
    identity({ name, sessionId: server.id(name), created: created(name), serverStarted: started });
  const meant = [of('api'), identity({ ...of('api'), sessionId: '$9' })];
  server.tmux('set-option', '-g', '@drift-on-job-end', 'mark');
  expect(killSessions(address, meant, 'job-end', sandbox.env)).toEqual(['marked', 'gone']);
  expect(names(server)).toEqual(['$0', 'api', 'api-2']);
  expect(killSessions(address, [of('api-2')], 'asked', sandbox.env)).toEqual(['killed']);
  server.tmux('set-option', '-gu', '@drift-on-job-end');
  expect(killSessions(address, meant, 'job-end', sandbox.env)).toEqual(['killed', 'gone']);
});

test('a tmux that cannot be asked is a failure, not an absence', () => {
  const { sandbox, server, created, started, kill } = setUp();
  const whole = { sessionId: server.id('api'), created: created('api'), serverStarted: started };
  const { PATH } = sandbox.env;
  sandbox.env.PATH = '/nowhere';
  expect(kill(whole)).toEqual({ failed: 'cannot start tmux: ENOENT' });
  sandbox.write('bin/tmux', '#!/bin/sh\necho "error connecting to /x (Permission denied)" >&2; exit 1\n');
  sandbox.env.PATH = `${sandbox.file('bin')}:/bin:/usr/bin`;
  sandbox.run('chmod', '+x', sandbox.file('bin/tmux'));
  expect(kill(whole)).toEqual({ failed: expect.stringContaining('Permission denied') });
  sandbox.env.PATH = PATH;
  expect(names(server)).toEqual(['$0', 'api', 'api-2']);
});
