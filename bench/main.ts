/**
 * All figures of docs/performance.md in one run: node bench/main.ts [--rounds 60] [--only GROUP] [--write]
 * Prints tables and writes bench/results.json; `--write` renews the tables and the chart in docs/. Needs dist/tmux-drift and Linux.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { burst, cheapEvents, creatingMany, wholeChain } from './cases-chain.ts';
import { binaryAlone } from './cases-event.ts';
import { fullReconcile } from './cases-full.ts';
import { hookCalls } from './cases-hook.ts';
import { chart } from './chart.ts';
import { idle } from './idle.ts';
import { countInstructions } from './instructions.ts';
import { type Case, type Figure, measure } from './measure.ts';
import { ROOT } from './sandbox.ts';
import { figureTable, idleTable, instructionTable } from './tables.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const close: (() => void)[] = [];
const e0: Case = { name: 'bare `node -e 0`', command: () => ({ argv: [process.execPath, '-e', '0'] }) };

/** Cases that are timed side by side; each group brings its own unit. */
const groups: Readonly<Record<string, () => readonly Case[]>> = {
  event: () => [10, 100, 1000].map((rows) => binaryAlone(rows, close)),
  chain: () => [10, 100, 1000, 10_000].map((rows) => wholeChain(rows, close)),
  cheap: () => cheapEvents(close),
  hook: () => [...(values.only === 'hook' ? [wholeChain(1000, close)] : []), ...hookCalls(1000, close)],
  burst: () => [50, 200].map((count) => burst(count, close)),
  full: () => fullReconcile(close),
};

try {
  const wanted = Object.entries(groups).filter(([name]) => !values.only || values.only === name);
  const figures = wanted.length > 0 ? measure([e0, ...wanted.flatMap(([, cases]) => cases())], rounds) : [];
  const creating: readonly Figure[] =
    !values.only || values.only === 'create' ? measure(creatingMany(close), rounds) : [];
  const instructions =
    !values.only || values.only === 'instructions'
      ? countInstructions([e0, ...[10, 100, 1000].map((count) => binaryAlone(count, close))])
      : null;
  const atRest = !values.only || values.only === 'idle' ? idle(close) : [];
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? arch()}, Linux ${release()}, Node ${process.versions.node}`;
  const tables = [
    figureTable(figures),
    figureTable(creating),
    instructionTable(instructions ?? []),
    idleTable(atRest),
  ].filter(Boolean);
  process.stdout.write(`${machine}, ${rounds} rounds\n\n${tables.join('\n')}`);
  writeFileSync(
    join(ROOT, 'bench/results.json'),
    `${JSON.stringify({ machine, rounds, figures, creating, instructions, idle: atRest }, null, 2)}\n`,
  );
  if (values.write) {
    writeDocs(`${machine}, ${rounds} rounds.\n\n${tables.join('\n')}`);
    writeFileSync(join(ROOT, 'docs/performance.svg'), chart(figures));
  }
} finally {
  for (const end of close) end();
}

/** Puts the tables between the two marks of docs/performance.md. */
function writeDocs(tables: string): void {
  const path = join(ROOT, 'docs/performance.md');
  const text = readFileSync(path, 'utf8');
  const [start, end] = ['<!-- figures -->\n', '<!-- end of figures -->'];
  writeFileSync(path, text.slice(0, text.indexOf(start) + start.length) + tables + text.slice(text.indexOf(end)));
}
