/** Where a text stands in a file, as offsets in the file's own unit. */
export function placesIn(file: string | Buffer, wanted: string): readonly number[] {
  const places: number[] = [];
  for (let at = file.indexOf(wanted); at >= 0; at = file.indexOf(wanted, at + 1)) places.push(at);
  return places;
}
