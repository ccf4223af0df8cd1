/**
 * V8's flags of the binary, each with the one that takes it back. Node searches for a random hash seed at each start, which takes a sixth
 * of it; a fixed seed is fine for a program that lives for milliseconds; what reads from the network bounds how much it reads. Sparkplug
 * and Maglev compile what ran some times, which takes longer than an event has left to live: the first never, the second later than usual.
 * What a run throws away is not worth collecting before it ends: megabytes of new objects, where V8 begins with one.
 */
export const quickStart = {
  '--no-rehash-snapshot': '--rehash-snapshot',
  '--no-sparkplug': '--sparkplug',
  '--invocation-count-for-maglev=4000': '--invocation-count-for-maglev=400',
  '--min-semi-space-size=16': '--min-semi-space-size=0',
} as const;
