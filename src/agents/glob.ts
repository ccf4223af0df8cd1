/** Does `text` match a shell pattern of `*` and `?` as a whole? Linear but for one backtrack point: no pattern can hang us. */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let inPattern = 0;
  while (at < text.length) {
    if (pattern.charAt(inPattern) === '*') {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (
      inPattern < pattern.length &&
      (pattern.charAt(inPattern) === '?' || pattern.charAt(inPattern) === text.charAt(at))
    ) {
      inPattern += 1;
      at += 1;
    } else if (star !== -1) {
      resume += 1;
      at = resume;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
