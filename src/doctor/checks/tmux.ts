import { printable } from '../../render/printable.ts';
import { findProgram } from '../../sessions/find-program.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

const OLDEST = '3.2';

export function checkTmux({ clientVersion, server, facts, env }: Surroundings): readonly Check[] {
  if (clientVersion === null) return [broken('tmux', 'not on the PATH', `install tmux ${OLDEST} or later`)];
  const program = `${clientVersion}, ${findProgram('tmux', env)}`;
  const client = isTooOld(clientVersion)
    ? broken('tmux', `${program}: ${OLDEST} or later is needed`, `install tmux ${OLDEST} or later`)
    : ok('tmux', program);
  return [client, checkServer(clientVersion, server, facts)];
}

function checkServer(clientVersion: string, server: Surroundings['server'], facts: Surroundings['facts']): Check {
  const title = 'tmux server';
  const name = printable(server.address.label);
  if (server.state === 'absent') return warning(title, `${name} is not running`, 'run this again inside tmux');
  if (server.state === 'unknown' || !facts) {
    const why = server.state === 'unknown' ? server.reason : 'it did not answer';
    return broken(
      title,
      `${name} cannot be asked: ${printable(why)}`,
      `tmux ${server.address.flags.join(' ')} list-sessions`,
    );
  }
  const detail = `${facts.version}, ${name}, ${server.sessions.length} sessions`;
  if (isTooOld(facts.version))
    return broken(
      title,
      `${detail}: ${OLDEST} or later is needed`,
      'end the server (tmux kill-server) and start it again',
    );
  if (facts.version !== clientVersion)
    return warning(
      title,
      `${detail}; the client is ${clientVersion}`,
      'end the server (tmux kill-server) and start it again',
    );
  return ok(title, detail);
}

/** What has no number (`master`, `next-…`) is new. */
function isTooOld(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major !== undefined && (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 2));
}
