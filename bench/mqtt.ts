/**
 * Job events per second by `drain` and `subscribe`, and the time from publishing one to its row being terminated, beside a Python subscriber
 * that does the same: node bench/mqtt.ts [--rounds 10] [--samples 30] [--write]
 * Prints a table and writes bench/mqtt.json; `--write` renews the table in docs/mqtt.md. Needs dist/tmux-drift, and from the system
 * mosquitto, python3-paho-mqtt and python3-yaml, which scripts/test installs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchBroker, benchBroker } from './mqtt-broker.ts';
import { type Contender, contenders, endedRows, stateOf } from './mqtt-contenders.ts';
import { type Measured, mqttFigures, mqttTable } from './mqtt-table.ts';
import { ROOT } from './sandbox.ts';

/** Rows of the registry, and how many of them are ended in one round: a peer of a second per event bounds it. */
const SIZES = [
  { rows: 10, events: 10 },
  { rows: 100, events: 50 },
  { rows: 1000, events: 50 },
] as const;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    samples: { type: 'string', default: '30' },
    write: { type: 'boolean', default: false },
  },
});
const [rounds, samples] = [Number(values.rounds), Number(values.samples)];
const broker = await benchBroker();
const all = contenders(broker);
const measured: Measured[] = [];
/** Processes that wanted to run in the last minute, ours among them: what the figures are worth. */
const loads: number[] = [];
try {
  for (const size of SIZES) {
    for (let round = 0; round < rounds; round++) {
      loads.push(loadavg()[0] ?? 0);
      for (const one of shuffled(all)) measured.push(await drained(one, size), await subscribed(one, size));
    }
    measured.push(...(await latencies(size.rows)));
  }
  // What is left of a day without anybody: all rows end at once. The peer would need minutes.
  const [ours] = all;
  for (let round = 0; ours && round < rounds; round++)
    measured.push({ ...(await drained(ours, { rows: 1000, events: 1000 })), what: 'drain of 1,000 events, events/s' });
} finally {
  for (const one of all) one.close();
  await broker.close();
}
report();

async function publish({ client }: BenchBroker, { base }: Contender, index: number): Promise<void> {
  const job = `job-${index}`;
  await client.publishAsync(`${base}/${job}/events`, JSON.stringify({ job_id: job, event: 'completed' }), { qos: 1 });
}

/** The broker knows this one, so it keeps events for it; what an earlier round left is taken; all rows are running. */
async function start(one: Contender, rows: number): Promise<void> {
  one.fill(rows);
  await one.drain(0);
  one.fill(rows);
}

function publishAll(one: Contender, events: number): Promise<unknown> {
  return Promise.all(Array.from({ length: events }, (_, index) => publish(broker, one, index)));
}

/** From the start of the process to its end, with everything queued before. */
async function drained(
  one: Contender,
  { rows, events }: { readonly rows: number; readonly events: number },
): Promise<Measured> {
  await start(one, rows);
  await publishAll(one, events);
  const began = performance.now();
  await one.drain(events);
  const seconds = (performance.now() - began) / 1000;
  expectEnded(one, events);
  return { what: 'drain, events/s', rows, who: one.who, value: events / seconds };
}

/** From the first publish to the last row terminated. */
async function subscribed(
  one: Contender,
  { rows, events }: { readonly rows: number; readonly events: number },
): Promise<Measured> {
  await start(one, rows);
  const { stop } = await one.subscribe();
  const began = performance.now();
  const sent = publishAll(one, events);
  while (endedRows(one.registry) < events) await new Promise((resolve) => setTimeout(resolve, 2));
  const seconds = (performance.now() - began) / 1000;
  await sent;
  // The acknowledgement comes after the write.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await stop();
  return { what: 'subscribe, events/s', rows, who: one.who, value: events / seconds };
}

/** Both are connected; one event at a time, to whom chance says. */
async function latencies(rows: number): Promise<readonly Measured[]> {
  for (const one of all) one.fill(rows);
  const connected = await Promise.all(all.map((one) => one.subscribe()));
  const found: Measured[] = [];
  for (let index = 0; index < Math.min(samples, rows); index++) {
    for (const one of shuffled(all)) {
      const before = stateOf(one.registry);
      const began = performance.now();
      await publish(broker, one, index);
      while (stateOf(one.registry) === before) await new Promise((resolve) => setImmediate(resolve));
      found.push({ what: 'latency, ms', rows, who: one.who, value: performance.now() - began });
      // The last thing that is done for an event comes after the write.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  await Promise.all(connected.map(({ stop }) => stop()));
  return found;
}

function expectEnded(one: Contender, events: number): void {
  const ended = endedRows(one.registry);
  if (ended !== events) throw new Error(`${one.who}: ${ended} of ${events} rows are terminated`);
}

function report(): void {
  const figures = mqttFigures(measured);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.versions.node}`;
  const load = `load ${Math.min(...loads).toFixed(0)} to ${Math.max(...loads).toFixed(0)}`;
  const text = `${machine}, ${load}; medians of ${rounds} rounds, latency of ${samples} events each.\n\n${mqttTable(figures)}`;
  process.stdout.write(text);
  writeFileSync(
    join(ROOT, 'bench/mqtt.json'),
    `${JSON.stringify({ machine, load, rounds, samples, figures }, null, 2)}\n`,
  );
  if (values.write) writeDocs(text);
}

/** Puts the table between the two marks of docs/mqtt.md. */
function writeDocs(table: string): void {
  const path = join(ROOT, 'docs/mqtt.md');
  const text = readFileSync(path, 'utf8');
  const [start, end] = ['<!-- figures -->\n', '<!-- end of figures -->'];
  writeFileSync(path, text.slice(0, text.indexOf(start) + start.length) + table + text.slice(text.indexOf(end)));
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
