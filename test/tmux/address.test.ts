import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addressOfSocket, serverAddress } from '../../src/tmux/address.ts';
import { tempFolder } from '../registry/temp-folder.ts';

const tmp = realpathSync('/tmp');

test.each<[string, string | undefined]>([
  ['not set', undefined],
  ['empty', ''],
  ['not there, as tmux has it', '/nowhere/at/all'],
])('sockets are in /tmp where TMUX_TMPDIR is %s', (_title, tmpdir) => {
  expect(serverAddress('side', { tmpdir, uid: 7 })).toEqual({
    label: 'side',
    socket: `${tmp}/tmux-7/side`,
    flags: ['-L', 'side'],
  });
});

test('a server has one address, by whatever way its folder is named', () => {
  const folder = realpathSync(tempFolder());
  mkdirSync(join(folder, 't/tmux-7'), { recursive: true });
  symlinkSync(join(folder, 't'), join(folder, 'link'));
  const place = { tmpdir: join(folder, 'link/'), uid: 7 };
  const { socket } = serverAddress('default', place);
  expect(socket).toBe(join(folder, 't/tmux-7/default'));
  expect(addressOfSocket(socket, place)).toMatchObject({ label: 'default', flags: ['-L', 'default'] });
  expect(addressOfSocket(join(folder, 'link/tmux-7/default'), place).socket).toBe(socket);
  expect(addressOfSocket('/elsewhere/default', place)).toMatchObject({
    label: '/elsewhere/default',
    flags: ['-S', '/elsewhere/default'],
  });
});
