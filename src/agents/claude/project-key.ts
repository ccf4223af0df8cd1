/**
 * Claude's name for a project folder. Source: the SDK's `_sanitize_path`: every character outside [a-zA-Z0-9] becomes `-`;
 * past 200 characters the first 200, `-`, and a hash that differs by runtime (hence a prefix here). The key cannot be decoded.
 */
import { realPath } from '../real-path.ts';

const MAX_LENGTH = 200;

/** `exact`: a folder's name; `prefix`: how it begins. */
export interface ProjectKey {
  readonly kind: 'exact' | 'prefix';
  readonly text: string;
}

/** Every key that Claude may have given to `cwd`: of the real path in NFC (the rule), and of the path as written (before 2.1.50). */
export function projectKeys(cwd: string): readonly ProjectKey[] {
  const paths = new Set([composed(realPath(cwd)), cwd]);
  return [...new Set([...paths].flatMap(sanitized))].map((text) =>
    text.length > MAX_LENGTH ? { kind: 'prefix', text: `${text.slice(0, MAX_LENGTH)}-` } : { kind: 'exact', text },
  );
}

/** NFC; plain ASCII is that already, and the first call of `normalize` loads tables for milliseconds. */
const composed = (path: string): string => (/^[\x20-\x7e]*$/.test(path) ? path : path.normalize('NFC'));

/** The SDK in Python counts code points, the CLI UTF-16 units: they differ beyond U+FFFF only. */
const sanitized = (path: string): readonly string[] => {
  const byUnit = path.replace(/[^a-zA-Z0-9]/g, '-');
  return /[\ud800-\udfff]/.test(path) ? [byUnit, path.replace(/[^a-zA-Z0-9]/gu, '-')] : [byUnit];
};
