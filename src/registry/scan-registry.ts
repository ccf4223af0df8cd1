import { BlockScanner, Unsure } from './block-scanner.ts';
import { decodeIdentities } from './decode-identities.ts';
import type { Decoded } from './decode-registry.ts';
import { decodeRow } from './decode-row.ts';
import { listPlace } from './list-place.ts';
import { RowShapes } from './row-shapes.ts';
import { type Defect, rowOfSheet } from './row-sheet.ts';
import { fileStart, orNull } from './scan-tree.ts';
import { isNull, type ListNode } from './tree.ts';
import type { ListPlace, Row, RowPlace, UnreadableRow } from './types.ts';

/** What a whole file says; null when the scanner does not fully understand it, or it has not the shape of a registry. */
export function scanRegistry(text: string): Decoded | null {
  return orNull(() => new RegistryScanner(text, fileStart(text), text.length).decoded());
}

/** Decodes the rows as it meets them, instead of building a tree of them all. */
class RegistryScanner extends BlockScanner {
  readonly #rows: Row[] = [];
  readonly #unreadable: UnreadableRow[] = [];
  readonly #shapes = new RowShapes();
  #list: ListPlace | null = null;
  /** The line that begins at `#lineStart`; both follow the rows. */
  #line = 1;
  #lineStart = 0;

  decoded(): Decoded {
    const root = this.isAtEnd() ? null : this.root();
    if (root !== null && root.kind !== 'map') throw new Unsure();
    const sessions = root?.entries.find(({ key }) => key === 'tmux_sessions')?.value;
    if (sessions && !isNull(sessions) && !(sessions.kind === 'list' && sessions.items.length === 0)) throw new Unsure();
    const identities = root === null ? [] : decodeIdentities(root);
    return { rows: this.#rows, unreadable: this.#unreadable, identities, list: this.#list };
  }

  /** The rows leave an empty list behind in the tree. */
  protected override list(indent: number, depth: number, key: string | null): ListNode {
    if (key !== 'tmux_sessions') return super.list(indent, depth, key);
    const start = this.at;
    let last: RowPlace;
    do last = this.#row(indent, depth);
    while (this.column === indent && this.isDash());
    if (this.column > indent) throw new Unsure();
    this.#list = listPlace(this.text, indent, last);
    return { kind: 'list', start, end: this.lineEnd, shared: false, flow: false, indent, items: [] };
  }

  #row(indent: number, depth: number): RowPlace {
    const start = this.at;
    const index = this.#rows.length + this.#unreadable.length;
    const line = this.#lineAt(start);
    const match = this.#shapes.match(this.text, start);
    if (match !== null) {
      this.lineEnd = match.end;
      this.toContent();
      if (this.column <= indent) {
        this.#line += match.lines;
        this.#lineStart = match.end;
        const place = { start, end: match.end, line };
        this.#take(rowOfSheet(match.sheet, match.ownIds, index, place), index, line);
        return place;
      }
      // The row goes on below what its shape has.
      this.at = start;
      this.column = indent;
    }
    const item = this.item(indent, depth);
    const place = { start, end: item.end, line };
    const row = decodeRow(item.value, index, place);
    this.#take(row, index, line);
    if (!('reason' in row)) this.#shapes.learn(this.text, item);
    return place;
  }

  #take(row: Row | Defect, index: number, line: number): void {
    if ('reason' in row) this.#unreadable.push({ index, line, ...row });
    else this.#rows.push(row);
  }

  #lineAt(offset: number): number {
    for (let at = this.text.indexOf('\n', this.#lineStart); at >= 0 && at < offset; ) {
      this.#line++;
      this.#lineStart = at + 1;
      at = this.text.indexOf('\n', this.#lineStart);
    }
    return this.#line;
  }
}
