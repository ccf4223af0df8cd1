/**
 * Text → a composed YAML document, within bounds: whatever the file holds, this ends in reasonable time and memory, with
 * a document or with a refusal. The library's own steps are driven one by one, because it takes about 500 bytes for each
 * lexeme and one stack frame for each level before it reports anything.
 */
import type { CST, Document, ParsedNode } from 'yaml';
import { part } from '../parts.ts';
import { type Source, unreadableRegistry } from './unreadable.ts';

/** A registry of 10,000 rows has 1.9 million lexemes; these are 1.3 GB at worst. */
const MOST_LEXEMES = 2_000_000;
/** The library puts texts together character by character, at up to 70 bytes for each. */
const LONGEST_LEXEME = 1024 * 1024;
/** The parser's stack takes up to two places for each level of nesting. */
const DEEPEST = 200;

/** Throws `registry-unreadable` for errors and for warnings (unknown tags and the like), directives, further documents. */
export function composeDocument(source: Source): Document.Parsed<ParsedNode> {
  const { Composer } = part('yaml');
  const options = {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    keepSourceTokens: true,
    uniqueKeys: false,
  } as const;
  const [document] = new Composer<ParsedNode>(options).compose(tokens(source), true, source.text.length);
  if (!document) throw unreadableRegistry(source, 0, 'no document');
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw unreadableRegistry(source, problem.pos[0], firstLine(problem.message));
  return document;
}

function tokens(source: Source): CST.Token[] {
  const { Lexer, Parser } = part('yaml');
  const parser = new Parser();
  const all: CST.Token[] = [];
  let lexemes = 0;
  let documents = 0;
  const take = (token: CST.Token) => {
    if (token.type === 'directive') throw unreadableRegistry(source, token.offset, 'a `%` directive: remove it');
    if (token.type === 'document' && ++documents > 1) {
      throw unreadableRegistry(source, token.offset, 'a second document: a registry is one');
    }
    all.push(token);
  };
  for (const lexeme of new Lexer().lex(source.text)) {
    if (lexeme.length > LONGEST_LEXEME) throw unreadableRegistry(source, parser.offset, 'a text of more than 1 MiB');
    for (const token of parser.next(lexeme)) take(token);
    if (parser.stack.length > DEEPEST) throw unreadableRegistry(source, parser.offset, 'nested too deep');
    if (++lexemes > MOST_LEXEMES) throw unreadableRegistry(source, parser.offset, 'too much YAML to read safely');
  }
  for (const token of parser.end()) take(token);
  return all;
}

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;
