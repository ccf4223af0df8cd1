import { isOlder } from '../../plugin/versions.ts';
import { spawnProcess } from '../../process/spawn.ts';
import { printable } from '../../render/printable.ts';
import { commandLine } from '../../render/shell-quote.ts';
import { version } from '../../version.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** The binary, the plugin, and whether they fit each other. */
export function checkInstallation(around: Surroundings): readonly Check[] {
  return [...checkBinary(around), ...checkPlugin(around), ...checkComplaint(around)];
}

function checkBinary({ plugin, pluginVersions, env }: Surroundings): readonly Check[] {
  const own = `${version}, ${process.execPath}`;
  const mend = plugin ? commandLine([`${plugin.folder}/scripts/install-binary`]) : 'update it';
  const fits =
    pluginVersions && isOlder(version, pluginVersions.oldest)
      ? broken('binary', `${own}: the plugin needs ${pluginVersions.oldest} or later`, mend)
      : ok('binary', own);
  const hooked = plugin?.hookedBinary;
  if (!hooked || hooked === process.execPath) return [fits];
  const answer = spawnProcess(hooked, ['--version'], { env, timeoutMs: 5000 });
  const found = answer.stdout.toString().trim();
  if (answer.status !== 0)
    return [
      fits,
      broken("hooks' binary", `${hooked} does not start: ${answer.error ?? firstLine(answer.stderr)}`, mend),
    ];
  if (pluginVersions && isOlder(found, pluginVersions.oldest))
    return [
      fits,
      broken("hooks' binary", `${found}, ${hooked}: the plugin needs ${pluginVersions.oldest} or later`, mend),
    ];
  return [
    fits,
    found === version
      ? ok("hooks' binary", `${found}, ${hooked}`)
      : warning("hooks' binary", `${found}, ${hooked}; this one is ${version}`, null),
  ];
}

function checkPlugin({ plugin, pluginVersions, server }: Surroundings): readonly Check[] {
  if (server.state !== 'present' && !plugin) return [];
  if (!plugin)
    return [
      broken('plugin', 'not loaded in this server', "put its line into tmux's configuration and press prefix + I"),
    ];
  const detail = `${pluginVersions?.wanted ?? 'unknown version'}, ${plugin.folder}`;
  if (!pluginVersions) return [broken('plugin', `${detail}: no package.json there`, 'install it again (prefix + I)')];
  if (version === pluginVersions.wanted) return [ok('plugin', detail)];
  const mend = commandLine([`${plugin.folder}/scripts/install-binary`]);
  return [warning('plugin', `${detail}; this binary is ${version}`, mend)];
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
