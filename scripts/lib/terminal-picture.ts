/** Draws what `tmux capture-pane -e -p` prints as an SVG: node scripts/lib/terminal-picture.ts <screen >picture.svg */
import { readFileSync } from 'node:fs';

const CELL = { width: 8.43, height: 18 };
const MARGIN = 14;
const FOREGROUND = '#d4d4d4';
const BACKGROUND = '#1e1e1e';
const COLOURS = ['#1e1e1e', '#cd3131', '#0dbc79', '#e5e510', '#2472c8', '#bc3fbc', '#11a8cd', '#e5e5e5'];

interface Style {
  readonly foreground: string;
  readonly background: string;
  readonly bold: boolean;
}

interface Run {
  readonly text: string;
  readonly style: Style;
}

const PLAIN: Style = { foreground: FOREGROUND, background: BACKGROUND, bold: false };

export function terminalPicture(screen: string): string {
  const lines = runsOf(screen.replace(/\n$/, '').split('\n'));
  const columns = Math.max(...lines.map((runs) => runs.reduce((sum, { text }) => sum + [...text].length, 0)));
  const width = round(columns * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${lines.map(drawLine).filter(Boolean).join('\n')}
</g>
</svg>
`;
}

/** Styles go on from one line to the next. */
function runsOf(lines: readonly string[]): Run[][] {
  let style = PLAIN;
  return lines.map((line) => {
    const runs: Run[] = [];
    for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
      const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
      if (codes !== undefined) style = codes.split(';').map(Number).reduce(applyCode, style);
      else if (part) runs.push({ text: part, style });
    }
    return runs;
  });
}

function applyCode(style: Style, code: number): Style {
  const colour = COLOURS[code % 10] ?? FOREGROUND;
  if (code === 0) return PLAIN;
  if (code === 100) return { ...style, background: '#3c3f44' };
  if (code === 1) return { ...style, bold: true };
  if (code === 7) return { ...style, foreground: style.background, background: style.foreground };
  if (code === 39) return { ...style, foreground: FOREGROUND };
  if (code === 49) return { ...style, background: BACKGROUND };
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...style, foreground: colour };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...style, background: colour };
  return style;
}

function drawLine(runs: readonly Run[], row: number): string {
  let column = 0;
  const y = MARGIN + row * CELL.height;
  const drawn = runs.map(({ text, style }) => {
    const x = round(MARGIN + column * CELL.width);
    const width = round([...text].length * CELL.width);
    column += [...text].length;
    const ground =
      style.background === BACKGROUND
        ? ''
        : `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${style.background}"/>`;
    if (text.trim() === '') return ground;
    const weight = style.bold ? ' font-weight="bold"' : '';
    return `${ground}<text x="${x}" y="${y + 13}" textLength="${width}" fill="${style.foreground}"${weight}>${xml(text)}</text>`;
  });
  return drawn.join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

if (import.meta.main) process.stdout.write(terminalPicture(readFileSync(0, 'utf8')));
