/** Reserved: what tmux hooks and agents' hooks call. */
export function runEvent(_argv: readonly string[]): number {
  return 0;
}
