import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** Modules that a source file imports at run time: paths of ours, names of others. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*? from '([^']+)'/gms)].map(([, name = '']) =>
    name.startsWith('.') ? join(dirname(file), name) : name,
  );
}

function reachable(start: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(start)) return found;
  found.add(start);
  if (start.startsWith('/')) for (const name of importsOf(start)) reachable(name, found);
  return found;
}

describe('the agents room', () => {
  test.each(['find-agent', 'agent-of', 'start-command', 'homes', 'index', 'hook-payload'])(
    '%s loads nothing but node:fs and node:path: it is on the way of every event',
    (name) => {
      const outside = [...reachable(join(SRC, `agents/${name}.ts`))].filter((path) => !path.startsWith('/'));
      expect(outside.filter((module) => module !== 'node:fs' && module !== 'node:path')).toEqual([]);
    },
  );

  test('no adapter knows another one', () => {
    const names = readdirSync(join(SRC, 'agents'), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'install',
    );
    for (const { name } of names) {
      const own = [...reachable(join(SRC, `agents/${name}.ts`))].map((path) => relative(join(SRC, 'agents'), path));
      const others = names.filter((other) => other.name !== name);
      expect(
        own.filter((path) => others.some((other) => path.startsWith(`${other.name}/`) || path === `${other.name}.ts`)),
      ).toEqual([]);
    }
    expect(names.map(({ name }) => name)).toEqual(['agy', 'claude', 'codex']);
  });
});
