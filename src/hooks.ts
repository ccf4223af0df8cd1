/** What tmux hooks (`event`) and agents' hooks (`hook`) call: the path that must be quick. Answers the exit code. */
export async function main(_argv: readonly string[]): Promise<number> {
  return 0;
}
