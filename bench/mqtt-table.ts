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
  /** How many times better than the peer. */
  readonly ratio: number | null;
}

export function mqttFigures(measured: readonly Measured[]): readonly MqttFigure[] {
  const groups = Map.groupBy(measured, ({ what, rows }) => `${what} ${rows}`);
  return [...groups.values()].map((group) => {
    const { what, rows } = group[0] as Measured;
    const of = (who: Measured['who']): number | null => {
      const values = group.flatMap((one) => (one.who === who ? [one.value] : []));
      return values.length > 0 ? median(values) : null;
    };
    const [ours, peer] = [of('ours'), of('peer')];
    const ratio = ours === null || peer === null ? null : what === 'latency, ms' ? peer / ours : ours / peer;
    return { what, rows, ours, peer, ratio };
  });
}

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
