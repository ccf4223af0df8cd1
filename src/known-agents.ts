import { adapters } from './agents/index.ts';
import type { Adapter } from './agents/types.ts';
import type { ConfigFile } from './config-schema.ts';
import { part } from './parts.ts';

/** The built-in agents and those that the config file describes; a description of a built-in one adds only its session names. */
export function knownAgents(file: ConfigFile): readonly Adapter[] {
  const described = Object.entries(file.agents ?? {}).filter(
    ([name]) => !adapters.some((adapter) => adapter.name === name),
  );
  return [...adapters, ...described.map(([name, definition]) => part('rare').customAdapter({ name, ...definition }))];
}
