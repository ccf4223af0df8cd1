import type { Edit, Row, Value } from '../registry/types.ts';
import { printable } from '../render/printable.ts';
import type { Drift, DriftClass, DriftKind } from './types.ts';

interface Repair {
  readonly edits: readonly Edit[];
  readonly action: string;
}

/** A drift; without `repair` it is report only. */
export const drift = (
  [cls, kind]: readonly [DriftClass, DriftKind],
  name: string,
  server: string | null,
  msg: string,
  repair: Repair | null = null,
): Drift => ({ class: cls, kind, name, server, msg, edits: repair?.edits ?? [], action: repair?.action ?? null });

/** `verb: name (server)`, the line of `actions` in the report. */
export const actionText = (verb: string, name: string, server: string): string =>
  `${verb}: ${printable(name)} (${printable(server)})`;

/** Edits of one row, keys in writing order; `undefined` removes the key where the row has it. */
export const rowEdits = (row: Row, values: { readonly [key: string]: Value | undefined }): readonly Edit[] =>
  Object.entries(values).map(([key, value]): Edit => {
    const path = key.split('.');
    return value === undefined ? { kind: 'remove', row, path } : { kind: 'set', row, path, value };
  });
