import type { ServerObservation } from './types.ts';

/** A server that is about to exit drops its clients with these words. That is no answer, but a moment later it is gone, which is one. */
export const isLeaving = (server: ServerObservation): boolean =>
  server.state === 'unknown' && /^\[?(?:server exited(?: unexpectedly)?|lost server)\]?$/.test(server.reason);
