import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EnvironmentError, errnoOf } from '../errors.ts';
import { readAt } from '../read-at.ts';
import { requireUnchanged } from './file-stamp.ts';
import type { Piece } from './piece.ts';
import type { FileStamp } from './types.ts';

/** The bytes of a file in one state. */
export interface FileBytes {
  readonly length: number;
  /** All of them, unless told otherwise. */
  slice(start?: number, end?: number): Buffer;
  /** To be written elsewhere, which takes no more memory than a page. */
  piece(start: number, end: number): Piece;
}

export const inMemory = (bytes: Buffer): FileBytes => ({
  length: bytes.length,
  slice: (start, end) => bytes.subarray(start, end),
  piece: (start, end) => bytes.subarray(start, end),
});

/** A registry of 1,500 rows is one page. */
const PAGE = 1024 * 1024;

/**
 * Read page by page, when asked for: of a large registry an event needs a few rows. Throws `EnvironmentError` `registry-changed` when the
 * file is not in the state of `stamp` any more, `read-failed`.
 */
export class PagedFile implements FileBytes {
  readonly length: number;
  readonly #path: string;
  readonly #stamp: FileStamp;
  readonly #pages = new Map<number, Buffer>();
  /** For pages that nobody will want again. */
  #passing: Buffer | null = null;

  constructor(path: string, stamp: FileStamp) {
    this.#path = path;
    this.#stamp = stamp;
    this.length = Number(stamp.size);
  }

  slice(start = 0, end = this.length): Buffer {
    const first = pageOf(start);
    const pages: Buffer[] = [];
    for (let at = first; at < end; at += PAGE) pages.push(this.#page(at));
    const [page] = pages;
    const bytes = page && pages.length === 1 ? page : Buffer.concat(pages);
    return bytes.subarray(start - first, end - first);
  }

  piece(start: number, end: number): Piece {
    const each = (use: (bytes: Uint8Array) => void) => {
      for (let at = pageOf(start); at < end; at += PAGE) {
        const page = this.#pages.get(at) ?? this.#read(at, this.#roomToPass());
        use(page.subarray(Math.max(start - at, 0), Math.min(end - at, PAGE)));
      }
    };
    return { length: end - start, each };
  }

  #page(at: number): Buffer {
    const page = this.#pages.get(at) ?? this.#read(at, Buffer.allocUnsafeSlow(Math.min(PAGE, this.length - at)));
    this.#pages.set(at, page);
    return page;
  }

  #roomToPass(): Buffer {
    this.#passing ??= Buffer.allocUnsafeSlow(Math.min(PAGE, this.length));
    return this.#passing;
  }

  /** Fills `into` as far as the file goes. */
  #read(at: number, into: Buffer): Buffer {
    try {
      const fd = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const page = readAt(fd, into, at);
        requireUnchanged(this.#path, fstatSync(fd, { bigint: true }), this.#stamp);
        return page;
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (errnoOf(error) === null || error instanceof EnvironmentError) throw error;
      throw new EnvironmentError('read-failed', `cannot read ${this.#path}: ${errnoOf(error)}`, error);
    }
  }
}

const pageOf = (offset: number): number => offset - (offset % PAGE);
