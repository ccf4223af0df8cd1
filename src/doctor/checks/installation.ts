import type { Plugin } from '../../plugin/find-plugin.ts';
import { isOlder } from '../../plugin/versions.ts';
import { spawnProcess } from '../../process/spawn.ts';
import { printable } from '../../render/printable.ts';
import { commandLine } from '../../render/shell-quote.ts';
import { version } from '../../version.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** The binary, the plugin, and whether they fit each other. */
export function checkInstallation(around: Surroundings): readonly Check[] {
  return [...checkBinary(around), ...checkHooked(around), ...checkPlugin(around), ...checkComplaint(around)];
}

function checkBinary({ plugin, pluginVersions }: Surroundings): readonly Check[] {
  const own = `${version}, ${process.execPath}`;
  if (pluginVersions && isOlder(version, pluginVersions.oldest))
    return [broken('binary', `${own}: the plugin needs ${pluginVersions.oldest} or later`, installer(plugin))];
  return [ok('binary', own)];
}

/** The binary that tmux's hooks run, where it is not this one. */
function checkHooked({ plugin, pluginVersions, env }: Surroundings): readonly Check[] {
  const hooked = plugin?.hookedBinary;
  if (!hooked || hooked === process.execPath) return [];
  const title = "hooks' binary";
  const { status, stdout, stderr, error } = spawnProcess(hooked, ['--version'], { env, timeoutMs: 5000 });
  if (status !== 0) {
    const words = error ?? firstLine(stderr);
    const mend = words.includes('libatomic')
      ? 'apt-get install libatomic1 (Fedora, RHEL: libatomic)'
      : installer(plugin);
    return [broken(title, `${hooked} does not start: ${words}`, mend)];
  }
  const found = stdout.toString().trim();
  if (pluginVersions && isOlder(found, pluginVersions.oldest))
    return [
      broken(title, `${found}, ${hooked}: the plugin needs ${pluginVersions.oldest} or later`, installer(plugin)),
    ];
  if (found !== version) return [warning(title, `${found}, ${hooked}; this one is ${version}`, null)];
  return [ok(title, `${found}, ${hooked}`)];
}

const installer = (plugin: Plugin | null): string =>
  plugin ? commandLine([`${plugin.folder}/scripts/install-binary`]) : 'update it';

function checkPlugin({ plugin, pluginVersions, server }: Surroundings): readonly Check[] {
  if (server.state !== 'present' && !plugin) return [];
  if (!plugin)
    return [
      broken('plugin', 'not loaded in this server', "put its line into tmux's configuration and press prefix + I"),
    ];
  const detail = `${pluginVersions?.wanted ?? 'unknown version'}, ${plugin.folder}`;
  if (!pluginVersions) return [broken('plugin', `${detail}: no package.json there`, 'install it again (prefix + I)')];
  if (version === pluginVersions.wanted) return [ok('plugin', detail)];
  return [warning('plugin', `${detail}; this binary is ${version}`, installer(plugin))];
}

/** What the plugin or the last event had to say. */
function checkComplaint({ server }: Surroundings): readonly Check[] {
  const complaint = server.state === 'present' ? server.options['@drift_error'] : '';
  if (!complaint) return [];
  return [
    broken(
      '@drift_error',
      printable(complaint.replaceAll('##', '#')),
      "do what it says, then source tmux's configuration again",
    ),
  ];
}

const firstLine = (text: Buffer): string => printable(text.toString().split('\n')[0] ?? '');
