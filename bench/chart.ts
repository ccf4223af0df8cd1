import type { Figure } from './measure.ts';

const [WIDTH, LEFT, BAR, GAP] = [900, 430, 16, 8];

/** A bar for each figure, as multiples of the first one, on a logarithmic scale; SVG that needs no script and reads in light and dark. */
export function chart(figures: readonly Figure[]): string {
  const longest = Math.max(...figures.map(({ ratio }) => ratio));
  const scale = (ratio: number) => ((WIDTH - LEFT - 70) * Math.log10(1 + ratio * 9)) / Math.log10(1 + longest * 9);
  const bars = figures.map(({ name, ratio }, index) => {
    const y = index * (BAR + GAP) + GAP;
    const colour = index === 0 ? '#8b949e' : name.includes('peer') ? '#d29922' : '#2da44e';
    return [
      `<text x="${LEFT - 10}" y="${y + 13}" text-anchor="end">${escaped(name.replaceAll('`', ''))}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${scale(ratio).toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
      `<text x="${(LEFT + scale(ratio) + 6).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)} ×</text>`,
    ].join('');
  });
  const height = figures.length * (BAR + GAP) + GAP;
  const style = 'text{font:12px sans-serif;fill:#57606a}@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Cost of each work in multiples of starting Node"><style>${style}</style>${bars.join('\n')}</svg>\n`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
