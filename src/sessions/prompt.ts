import { UserError } from '../errors.ts';
import { printable } from '../render/printable.ts';

/** tmux takes 16 KiB for a whole command; longer prompts are pasted. */
const LONGEST_ARGUMENT = 8192;

/** Refuses a prompt that could not reach the agent as it is. Line breaks become `\n`; one at the end is dropped. */
export function checkPrompt(text: string): string {
  const prompt = text.replaceAll('\r\n', '\n').replace(/\n$/, '');
  if (prompt.trim() === '') throw new UserError('bad-prompt', 'the prompt is empty');
  const control = /[\u0000-\u0008\u000b-\u001f\u007f]/.exec(prompt);
  if (control)
    throw new UserError(
      'bad-prompt',
      `the prompt holds a control character (${printable(control[0])} at ${control.index}), which a terminal would act on`,
    );
  return prompt;
}

/** The prompt as an argument of the agent, behind `--`; null when it is too long for one. */
export const argumentOf = (prompt: string): string | null =>
  Buffer.byteLength(prompt) <= LONGEST_ARGUMENT ? asOneWord(prompt) : null;

/** A single word may be a subcommand to the agent (`update`), even behind `--`; one with a blank in it never is. */
const asOneWord = (prompt: string): string => (/\s/.test(prompt) ? prompt : `${prompt} `);
