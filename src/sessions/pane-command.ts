/**
 * The words that tmux executes in a pane. A single word would be read by a shell, several are executed as they are; variables that
 * must not reach the agent are taken out by env(1), which then becomes the agent: it is the pane's own process.
 */
export function paneCommand(argv: readonly string[], unset: readonly string[]): readonly string[] {
  if (unset.length === 0 && argv.length > 1) return argv;
  return ['env', ...unset.flatMap((name) => ['-u', name]), ...argv];
}
