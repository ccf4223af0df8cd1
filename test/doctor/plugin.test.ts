import { expect, test } from 'vitest';
import { pluginInHooks } from '../../src/plugin/find-plugin.ts';
import { isOlder } from '../../src/plugin/versions.ts';

test.each([
  ['0.1.0', '0.1.0', false],
  ['0.9.9', '0.10.0', true],
  ['1.0.0', '0.10.0', false],
  ['0.1.2', '0.1.10', true],
])('%s is older than %s: %s', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});

test.each([
  String.raw`if-shell -b "{ root=\"/home/u v/plugins/tmux-drift\"; apart=yes; set -- session-closed --id=#{q:hook_session} --bin=\"/home/u v/plugins/tmux-drift/dist/tmux-drift\"; . \"\$root/scripts/event.sh\"; } >/dev/null 2>&1" ''`,
  String.raw`if-shell -b "\"/home/u v/plugins/tmux-drift/scripts/event.sh\" session-closed --id=#{q:hook_session} --bin=\"/home/u v/plugins/tmux-drift/dist/tmux-drift\" >/dev/null 2>&1 &" ''`,
])('finds the plugin and its binary in the hooks as tmux prints them: %s', (job) => {
  expect(pluginInHooks(`after-kill-pane\nsession-closed[1907] ${job}\n`)).toEqual({
    folder: '/home/u v/plugins/tmux-drift',
    hookedBinary: '/home/u v/plugins/tmux-drift/dist/tmux-drift',
  });
  expect(pluginInHooks('session-closed[1907] display-message hi\n')).toBe(null);
});
