import { expect } from 'vitest';
import { editRegistry } from '../../src/registry/edit-registry.ts';
import { parseRegistry } from '../../src/registry/parse-registry.ts';
import type { Edit, NewRow, Registry, Row, Value } from '../../src/registry/types.ts';
import { verifyEdit } from '../../src/registry/verify-edit.ts';

/** Edits told by the row's name; resolved against a registry by `edited`. */
export type NamedEdit = (registry: Registry) => Edit;

export const set =
  (name: string, path: string, value: Value, after?: string): NamedEdit =>
  (registry) => ({ kind: 'set', row: rowNamed(registry, name), path: path.split('.'), value, ...(after && { after }) });

export const remove =
  (name: string, path: string): NamedEdit =>
  (registry) => ({ kind: 'remove', row: rowNamed(registry, name), path: path.split('.') });

export const append =
  (value: NewRow): NamedEdit =>
  () => ({ kind: 'append', value });

/** The text after the edits, verified as it would be before it is written. */
export function edited(text: string, ...edits: readonly NamedEdit[]): string {
  const registry = parse(text);
  const resolved = edits.map((edit) => edit(registry));
  const after = editRegistry(registry, resolved);
  verifyEdit(registry, resolved, after);
  return after;
}

export const parse = (text: string): Registry => parseRegistry('/r.yaml', text);

export function rowNamed({ rows }: Registry, name: string): Row {
  const row = rows.find((candidate) => candidate.name === name);
  expect(row, `row ${name}`).toBeDefined();
  return row as Row;
}
