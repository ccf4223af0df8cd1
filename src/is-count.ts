/** A whole number from 0 on, as programs print it. Without a regular expression, whose compilation an event would pay for. */
export const isCount = (text: string): boolean => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 && String(value) === text;
};
