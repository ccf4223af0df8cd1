import { readFileSync, unlinkSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { FORMAT, type IndexHead } from './index-file.ts';
import { replaceFile } from './replace-file.ts';

/** Null when there is none that this version can read. */
export function readHead(indexPath: string): IndexHead | null {
  try {
    const head: unknown = JSON.parse(readFileSync(indexPath, 'utf8'));
    return isHead(head) ? head : null;
  } catch (error) {
    // A crash may leave half of it: the index is not written durably.
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Only a cache: a full disk is no reason to fail a run whose registry is written. */
export function writeHead(indexPath: string, head: IndexHead): void {
  ignoringFullDisk(() => replaceFile(indexPath, Buffer.from(JSON.stringify(head)), { durable: false }));
}

export function dropHead(indexPath: string): void {
  try {
    unlinkSync(indexPath);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

export function ignoringFullDisk(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
  }
}

/** What wrote the rest of it is the same version of this program. */
const isHead = (value: unknown): value is IndexHead =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT;
