/**
 * What an installation changed in a settings file: enough to take it back to the byte as long as nobody else changed the file.
 * Holds our own text and what it replaced, nothing of the user's. Losing it costs only the blanks of emptied brackets.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { replaceFile } from '../../registry/replace-file.ts';
import { isObject, parseObject, stringOf } from '../json-object.ts';
import { readHead } from '../read-head.ts';
import { type Splice, undo } from './json-splices.ts';

export interface InstallRecord {
  readonly file: string;
  /** SHA-256 of the text that the installation left. */
  readonly after: string;
  /** Null: there was no file. */
  readonly splices: readonly Splice[] | null;
}

const RECORD_CAP = 1_048_576;
const VERSION = '1.0';

/** The text before the installation, null for "no file"; `changed` when the file is not as the installation left it, or nothing is recorded. */
export function textBefore(stateFolder: string, agent: string, file: string, text: string): string | null | 'changed' {
  const record = readRecord(recordPath(stateFolder, agent));
  if (!record || record.file !== file || record.after !== hash(text)) return 'changed';
  return record.splices?.reduceRight(undo, text) ?? null;
}

export function writeRecord(
  stateFolder: string,
  agent: string,
  file: string,
  after: string,
  splices: readonly Splice[] | null,
): void {
  const path = recordPath(stateFolder, agent);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const record = { format_version: VERSION, file, after: hash(after), splices };
  replaceFile(path, Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}

export function forgetRecord(stateFolder: string, agent: string): void {
  try {
    unlinkSync(recordPath(stateFolder, agent));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function readRecord(path: string): InstallRecord | null {
  const record = parseObject(readHead(path, RECORD_CAP)?.bytes.toString() ?? '');
  const file = record && stringOf(record, 'file');
  const after = record && stringOf(record, 'after');
  if (!record || !file || !after || record.format_version !== VERSION) return null;
  if (record.splices === null) return { file, after, splices: null };
  return Array.isArray(record.splices) && record.splices.every(isSplice)
    ? { file, after, splices: record.splices }
    : null;
}

const isSplice = (value: unknown): value is Splice =>
  isObject(value) &&
  Number.isInteger(value.at) &&
  typeof value.removed === 'string' &&
  typeof value.inserted === 'string';

const recordPath = (stateFolder: string, agent: string): string => join(stateFolder, 'hooks', `${agent}.json`);
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
