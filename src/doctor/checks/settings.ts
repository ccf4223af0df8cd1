import { redactUrl } from '../../jobs/mqtt/broker-url.ts';
import { printable } from '../../render/printable.ts';
import { configPath, type Origin, type Setting, type Settings } from '../../settings.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { Surroundings } from '../surroundings.ts';

/** Every setting with its value and who set it: flag > environment > tmux option > config file > default. */
export function checkSettings({ settings, facts, server, env }: Surroundings): readonly Check[] {
  if ('problem' in settings)
    return [broken('settings', printable(settings.problem), `correct ${configPath(env)}, or that option`)];
  const agents = server.state === 'present' ? (server.options['@drift-agents'] ?? '') : '';
  return [
    ...shown(settings).map(([name, value, origin]) => ok(`setting ${name}`, `${printable(value)} (${origin})`)),
    ...checkPatterns(agents),
    ...pluginOptions(facts),
  ];
}

function shown(settings: Settings): readonly (readonly [string, string, Origin])[] {
  const word = <T>(name: string, { value, origin }: Setting<T>, show: (value: T) => string = String) =>
    [name, show(value), origin] as const;
  const url = settings.mqttUrl;
  return [
    word('registry', settings.registry),
    word('repair', settings.repair, (on) => (on ? 'on' : 'off')),
    word('status-format', settings.statusFormat),
    word('on-job-end', settings.onJobEnd),
    ['mqtt-url', url.value === null ? 'none' : redactUrl(url.value), url.origin],
    word('jobs-dir', settings.jobsDir),
  ];
}

/** Words that name no pattern are silently no pattern everywhere else. */
function checkPatterns(agents: string): readonly Check[] {
  const wrong = agents.split(/\s+/).filter((word) => word !== '' && !/^[^=]+=./.test(word));
  if (wrong.length === 0) return [];
  return [
    warning(
      'setting agents',
      `@drift-agents has words that name no agent: ${printable(wrong.join(' '))}`,
      "write each as agent=pattern: tmux set -g @drift-agents 'claude=work-*'",
    ),
  ];
}

/** Options that only plugin.tmux and the installer read. */
function pluginOptions(facts: Surroundings['facts']): readonly Check[] {
  if (!facts) return [];
  const names = ['@drift-bin', '@drift-build', '@drift-release-url', '@drift-auto-status'] as const;
  return names
    .filter((name) => facts.options[name] !== '')
    .map((name) => ok(`setting ${name.slice('@drift-'.length)}`, `${printable(facts.options[name])} (tmux option)`));
}
