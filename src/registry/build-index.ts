import { byteOffsets } from './byte-offsets.ts';
import { inMemory } from './file-bytes.ts';
import { FORMAT, isActive, nameLine, namesPath, stampText } from './index-file.ts';
import { ignoringFullDisk, writeHead } from './index-head.ts';
import type { IndexedRegistry } from './indexed-registry.ts';
import { replaceFile } from './replace-file.ts';
import type { Registry, Row } from './types.ts';

/** An index that is not on disk yet. */
export interface NewIndex extends IndexedRegistry {
  /** Content of the names file. */
  readonly unsavedNames: string;
  /** Inactive ones too. */
  readonly allRows: readonly Row[];
}

/**
 * The index of a registry that was read as a whole, with the bytes that it was read from. Null for a file that has none:
 * one that the scanner did not read, or with bad rows, or without rows.
 */
export function buildIndex(registry: Registry, bytes: Buffer, indexPath: string): NewIndex | null {
  const { path, text, list, tree, stamp, unreadable, rows, identities } = registry;
  if (tree !== null || list === null || stamp === null || unreadable.length > 0) return null;
  const offsets = byteOffsets(text, bytes.length);
  const inBytes = ({ start, end, line }: Row['place']) => ({ start: offsets(start), end: offsets(end), line });
  const allRows = rows.map((row) => ({ ...row, place: inBytes(row.place) }));
  const active = allRows.filter(isActive);
  const names = `${process.pid}.${Math.random().toString(36).slice(2)}`;
  const head = {
    format: FORMAT,
    registry: path,
    stamp: stampText(stamp),
    names,
    count: rows.length,
    indent: list.indent,
    last: inBytes(list.last),
    listEnd: offsets(list.end),
    identities,
    shifts: [],
    rows: active,
  } as const;
  const lines = allRows.filter((row) => !isActive(row)).map((row) => nameLine(row, 0));
  const unsavedNames = `${names}\n${lines.join('')}`;
  return {
    path,
    indexPath,
    head,
    bytes: inMemory(bytes),
    stamp,
    rows: active,
    identities,
    scanned: new Map(),
    unsavedNames,
    allRows,
  };
}

export function saveIndex({ indexPath, head, unsavedNames }: NewIndex): void {
  ignoringFullDisk(() => {
    replaceFile(namesPath(indexPath), Buffer.from(unsavedNames), { durable: false });
    writeHead(indexPath, head);
  });
}
