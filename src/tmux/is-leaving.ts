import type { ServerObservation } from './types.ts';

/** Of an answer that stops somewhere, though its client ended well: a server that exits lets go of its clients like that (seen with 3.3a). */
export const CUT_OFF = 'garbled answer, its end is missing';

/** A server that is about to exit drops its clients with these words. That is no answer, but a moment later it is gone, which is one. */
export const isLeaving = (server: ServerObservation): boolean =>
  server.state === 'unknown' &&
  (server.reason === CUT_OFF || /^\[?(?:server exited(?: unexpectedly)?|lost server)\]?$/.test(server.reason));
