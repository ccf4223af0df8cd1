/** The match of an expression that begins just at `offset`. */
export type Match = (text: string, offset: number) => RegExpExecArray | null;

/** Compiled when first used: a run needs few of the scanner's expressions, and each takes as long as reading a row. */
export function sticky(source: string): Match {
  let compiled: RegExp | null = null;
  return (text, offset) => {
    compiled ??= new RegExp(source, 'y');
    compiled.lastIndex = offset;
    return compiled.exec(text);
  };
}
