/**
 * Plain (unquoted) scalars without regular expressions but one: compiling those costs an event more than anything else
 * that it does here.
 */

/** Control characters and line breaks of any kind, what PyYAML refuses to read, byte order marks: as a character class. */
export const FOREIGN = '\\0-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff';

const ANY_FOREIGN = new RegExp(`[${FOREIGN}]`);

export const hasForeign = (text: string): boolean => ANY_FOREIGN.test(text);

/** With these YAML says something about what follows. */
export const INDICATORS = '?:,[]{}#&*!|>\'"%@`-';

/** May this text stand for itself behind `key: `? Stricter than YAML. */
export function isPlain(text: string): boolean {
  return (
    text !== '' &&
    !`${INDICATORS} =<`.includes(text.charAt(0)) &&
    !text.endsWith(':') &&
    !text.endsWith(' ') &&
    !text.includes(': ') &&
    !text.includes(' #') &&
    !hasForeign(text)
  );
}

/** Nearly every number in a registry: `1781879249`. */
export const isInteger = (text: string): boolean => Number.isSafeInteger(Number(text)) && String(Number(text)) === text;
