import stringWidth from 'string-width';

/** A path with `~` for the home folder. */
export const fromHome = (path: string, home: string): string =>
  path === home ? '~' : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;

/** A path in so many columns: its end tells more than its beginning. */
export function shortPath(path: string, width: number): string {
  const characters = [...path];
  while (characters.length > 0 && stringWidth(characters.join('')) > width - 1) characters.shift();
  return `…${characters.join('')}`;
}
