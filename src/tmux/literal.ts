/**
 * Text that tmux expands as a format, to come out as it is. `##` is `#`; but in front of `[` nothing is expanded, because there a style
 * may begin. (`format_expand1` in tmux's format.c)
 */
export const literal = (text: string): string => text.replace(/#+(?![#[])/g, '$&$&');

/** Text that tmux expands as a format and then draws with styles, as in menus: drawing halves every run of `#` once more (`format_draw`). */
export const literallyDrawn = (text: string): string => literal(text.replaceAll('#', '##'));
