/** The lines that the block scanner reads. All are sticky: they match at an offset only. */
import { BLANKS, COMMENT_TEXT, DOUBLE, KEY, PLAIN, PLAIN_LINE, SINGLE, SINGLE_FOLDED, TAIL } from './scan-scalar.ts';
import { type Match, sticky } from './sticky.ts';

/**
 * `key:` or `key: value`, of which nearly every line is one: key, value. Quick to compile, and so all that most runs need;
 * whether the value is one is for `isPlain` and `isSingleQuoted` to say.
 */
export const matchLine: Match = sticky('([A-Za-z_][\\w.-]{0,99}):(?: ([^\\n]+))?\\n');

/** The same with comments, wider gaps and all quotes: key, gap, plain, single, double, comment. */
export const matchEntry: Match = sticky(`(${KEY}):(?:( +)(?:(${PLAIN})|(${SINGLE})|(${DOUBLE})))?${TAIL}`);

/** Before a flow collection, or with a text in single quotes over several lines: key, gap, text. */
export const matchOtherEntry: Match = sticky(`(${KEY}):( +)(?:(?=[[{])|(${SINGLE_FOLDED})${TAIL})`);

/** A scalar behind a dash: plain, single, double, comment. */
export const matchItem: Match = sticky(`(?:(${PLAIN})|(${SINGLE})|(${DOUBLE}))${TAIL}`);

/** A line of a plain scalar below its first: text, comment. */
export const matchContinuation: Match = sticky(`(${PLAIN_LINE})${TAIL}`);

/** What may stand behind a value. */
export const matchTail: Match = sticky(TAIL);

/** Empty lines, lines of comments, and the indentation of the next line with anything else: spaces, comment. */
export const matchGap: Match = sticky(`${BLANKS}( *)(#)?`);

/** A comment that the file ends with, which has no line break. */
export const matchLastComment: Match = sticky(`#${COMMENT_TEXT}$`);
