import { spawnSync } from 'node:child_process';

/** A Python that can `import yaml`; tests that compare with PyYAML fail without one. */
export const python = findPython();

function findPython(): string {
  const candidates = [process.env.TMUX_DRIFT_TEST_PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name);
  const found = candidates.find((name) => spawnSync(name ?? '', ['-c', 'import yaml']).status === 0);
  if (!found) throw new Error('no Python with PyYAML: set TMUX_DRIFT_TEST_PYTHON');
  return found;
}

/** Runs a script on one JSON value and takes one JSON value back. Half surrogate pairs do not survive the way. */
export function runPython(script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/**
 * What PyYAML's `safe_load` makes of each text, in the form of `Data` (src/registry/data.ts) written as JSON: `s:` and a
 * string, `p:` and what is none, with the text as written. Null for a text that it refuses.
 */
export function pyyamlData(texts: readonly string[]): readonly unknown[] {
  return runPython(LOAD, texts) as readonly unknown[];
}

const LOAD = `
import json, sys, yaml
class Loader(yaml.SafeLoader): pass
def mapping(loader, node):
    loader.flatten_mapping(node)
    return {str(loader.construct_object(k, deep=True))[2:]: loader.construct_object(v, deep=True) for k, v in node.value}
def sequence(loader, node):
    return [loader.construct_object(v, deep=True) for v in node.value]
for tag in ('int', 'float', 'bool', 'null', 'timestamp'):
    Loader.add_constructor('tag:yaml.org,2002:' + tag, lambda loader, node: 'p:' + node.value)
Loader.add_constructor('tag:yaml.org,2002:str', lambda loader, node: 's:' + node.value)
Loader.add_constructor('tag:yaml.org,2002:map', mapping)
Loader.add_constructor('tag:yaml.org,2002:seq', sequence)
def load(text):
    try:
        return yaml.load(text, Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None
json.dump([load(text) for text in json.load(sys.stdin)], sys.stdout)
`;
