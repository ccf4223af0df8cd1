/** Decoded JSON from outside: every value is still to be checked. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** The object that `text` holds, or null for anything else. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member as text, null when it is missing or anything else. */
export function stringOf(object: JsonObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : null;
}

/** The member as an absolute path, null for anything else. */
export function pathOf(object: JsonObject, key: string): string | null {
  const path = stringOf(object, key);
  return path?.startsWith('/') && path.length <= 4096 && !path.includes('\0') ? path : null;
}

/** Text from outside, fit for one line of a message. */
export const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));
