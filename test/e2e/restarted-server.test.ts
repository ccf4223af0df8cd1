/** A server that comes back is another one, however much alike its sessions are. */
import { expect, test } from 'vitest';
import { Sandbox, type TmuxServer } from './harness.ts';

const NAME = 'api-creator-claude';
const FACTS = '#{start_time} #{session_id} #{session_created}';
const TRIES = 40;

/**
 * A row of a first life, and a second life in the same second, which has the same start time and gives the same ids: it differs in nothing but
 * pids. The session in it has another name, or the same one.
 */
async function restarted(second: string): Promise<{ readonly sandbox: Sandbox; readonly server: TmuxServer }> {
  const sandbox = new Sandbox();
  const server = sandbox.server();
  for (let tries = 0; tries < TRIES; tries++) {
    sandbox.writeRegistry('tmux_sessions: []\n');
    await nextSecond();
    server.start(NAME, '/dev/null', 'exec sleep 1000');
    const first = server.show(FACTS);
    sandbox.reconcile();
    server.tmux('kill-server');
    await server.gone();
    server.start(second, '/dev/null', 'exec sleep 1000');
    if (server.show(FACTS) === first && sandbox.row(NAME)) return { sandbox, server };
    server.tmux('kill-server');
    await server.gone();
  }
  throw new Error(`no restart within one second in ${TRIES} tries`);
}

const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));

test('a session that got the id of one from before is not taken for that one under a new name', async () => {
  const { sandbox } = await restarted('other');
  expect(sandbox.reconcile().drifts).toMatchObject([{ class: 'A', kind: 'gone', name: NAME, repaired: true }]);
  expect(sandbox.row(NAME)).toMatchObject({ status: 'terminated', termination_reason: 'lost' });
  expect(sandbox.reconcile().drifts).toEqual([]);
});

test('a bare session of the same name and id does not pass for the one that is lost', async () => {
  const { sandbox, server } = await restarted(NAME);
  expect(sandbox.reconcile().drifts).toMatchObject([{ class: 'A', kind: 'gone', name: NAME }]);
  expect(sandbox.row(NAME)).toMatchObject({ status: 'terminated', termination_reason: 'lost' });
  expect(sandbox.call('delete', NAME)).toMatchObject({ status: 0 });
  expect(server.show('#{session_name}')).toBe(NAME);
});

test.for([
  ['after the rows were ended', true],
  ['before anybody looked', false],
] as const)(
  'what a restorer puts back as bare shells, %s, is neither running nor registered twice',
  async ([, looked]) => {
    const sandbox = new Sandbox();
    sandbox.writeRegistry('tmux_sessions: []\n');
    const server = sandbox.server().start('main');
    await server.startAgent(NAME, 'claude');
    sandbox.reconcile();
    expect(sandbox.row(NAME)?.status).toBe('running');
    process.kill(server.pid, 'SIGKILL');
    await server.gone();
    if (looked) sandbox.reconcile();
    server.start('main').new(NAME, 'exec sh');
    if (!looked) expect(sandbox.reconcile().drifts).toMatchObject([{ kind: 'gone', name: NAME, repaired: true }]);
    expect(sandbox.reconcile().drifts).toMatchObject([
      { class: 'E', kind: 'still-alive', name: NAME, repaired: false },
    ]);
    expect(sandbox.rows()).toMatchObject([{ name: NAME, status: 'terminated', termination_reason: 'lost' }]);
  },
);
