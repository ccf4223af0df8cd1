/** The section of CHANGELOG.md about one version, without its heading; throws when there is none, or it is empty. */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  const notes = section?.slice(section.indexOf('\n') + 1).trim();
  if (!notes) throw new Error(`CHANGELOG.md says nothing about ${version}: write a section '## ${version}'`);
  return `${notes}\n`;
}
