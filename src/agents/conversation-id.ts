import type { ArtifactState } from './types.ts';

/** An id that may stand in a path, an argv or a registry: no slash, no blank, no leading dash. */
export const isConversationId = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._:-]{0,255}$/.test(text);

/** Claude's, agy's and codex's ids. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** A registry may name anything; what is no id is looked for nowhere. */
export const noSuchId = (text: string): ArtifactState => ({
  state: 'unknown',
  reason: `${JSON.stringify(text.slice(0, 80))} is no conversation id`,
});
