import { median } from './measure.ts';

export type What = 'drain, events/s' | 'drain of 1,000 events, events/s' | 'subscribe, events/s' | 'latency, ms';

export interface Measured {
  readonly what: What;
  readonly rows: number;
  readonly who: 'ours' | 'peer';
  readonly value: number;
}

export interface MqttFigure {
  readonly what: What;
  readonly rows: number;
  /** Medians. */
  readonly ours: number | null;
  readonly peer: number | null;
  /** How many times better than the peer: the median of what the rounds say, each for itself. */
  readonly ratio: number | null;
}

export function mqttFigures(measured: readonly Measured[]): readonly MqttFigure[] {
  const groups = Map.groupBy(measured, ({ what, rows }) => `${what} ${rows}`);
  return [...groups.values()].map((group) => {
    const { what, rows } = group[0] as Measured;
    const of = (who: Measured['who']) => group.flatMap((one) => (one.who === who ? [one.value] : []));
    const [ours, peer] = [of('ours'), of('peer')];
    const [better, worse] = what === 'latency, ms' ? [peer, ours] : [ours, peer];
    // Both were measured in each round, one right after the other: whatever else the machine did, hit both.
    const ratios = peer.map((_, round) => (better[round] ?? Number.NaN) / (worse[round] ?? Number.NaN));
    return { what, rows, ours: medianOf(ours), peer: medianOf(peer), ratio: medianOf(ratios) };
  });
}

const medianOf = (values: readonly number[]): number | null => (values.length > 0 ? median(values) : null);

/** A table in Markdown. */
export const mqttTable = (figures: readonly MqttFigure[]): string =>
  [
    '| | rows | tmux-drift | Python | times better |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...figures.map(
      ({ what, rows, ours, peer, ratio }) =>
        `| ${[what, rows, ...[ours, peer, ratio].map((value) => value?.toFixed(1) ?? '')].join(' | ')} |`,
    ),
    '',
  ].join('\n');
