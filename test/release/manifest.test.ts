import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, version } from '../../scripts/bundle.ts';
import { notesOf } from '../../scripts/release/notes.ts';
import { assetName, targetNames } from '../../scripts/release/targets.ts';
import { isOlder, readPluginVersions } from '../../src/plugin/versions.ts';

describe('notes', () => {
  const changelog =
    '# Changelog\n\nWords.\n\n## 0.2.0 (2026-09-01)\n\n- new\n\n### More\n\n- b\n\n## 0.1.0\n\n- old\n\n## 0.0.9\n';
  test.each([
    ['0.2.0', '- new\n\n### More\n\n- b\n'],
    ['0.1.0', '- old\n'],
  ])('of %s', (of, notes) => {
    expect(notesOf(changelog, of)).toBe(notes);
  });
  test.each(['0.3.0', '0.0.9', '0.2'])('none of %s', (of) => {
    expect(() => notesOf(changelog, of)).toThrow(`CHANGELOG.md says nothing about ${of}`);
  });
});

test('the changelog tells of this version', () => {
  expect(notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)).not.toBe('');
});

test('the plugin accepts the binary of its own version', () => {
  const versions = readPluginVersions(root);
  expect(versions?.wanted).toBe(version);
  expect(isOlder(version, versions?.oldest ?? '')).toBe(false);
});

test.skipIf(!existsSync(join(root, 'SHA256SUMS')))('SHA256SUMS has each released file of one version', () => {
  const lines = readFileSync(join(root, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
  const released = /tmux-drift-(\d+\.\d+\.\d+)-/.exec(lines[0] ?? '')?.[1] ?? '';
  expect(lines.map((line) => line.split('  ')[1])).toEqual(targetNames.map((name) => assetName(released, name)));
  for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} {2}\S+$/);
});

describe.each(['dash', 'bash', 'busybox sh', 'zsh --emulate sh'])('versions.sh in %s', (shell) => {
  const [program = '', ...words] = shell.split(' ');
  const says = (script: string): string =>
    execFileSync(program, [...words, '-c', `. ${root}/scripts/lib/versions.sh; ${script}`], {
      encoding: 'utf8',
    }).trim();

  test('reads package.json', () => {
    const versions = readPluginVersions(root);
    expect(says(`read_versions '${root}' && echo "$wanted $oldest"`)).toBe(`${versions?.wanted} ${versions?.oldest}`);
  });

  test.each([
    ['0.1.0', '0.1.0', 'no'],
    ['0.9.9', '0.10.0', 'yes'],
    ['1.0.0', '0.10.0', 'no'],
    ['0.1.2', '0.1.10', 'yes'],
    ['2.0.0', '10.0.0', 'yes'],
  ])('is %s older than %s: %s', (one, other, answer) => {
    expect(says(`older ${one} ${other} && echo yes || echo no`)).toBe(answer);
  });

  test('knows what a version is', () => {
    const texts = ['1.2.3', '10.20.30', '1.2', '1.2.3.4', '1..3', '.1.2', '1.2.', 'a.b.c', '1.2.3-x', '', '1.2.3 4'];
    const known = texts.filter((text) => says(`is_version '${text}' && echo yes || echo no`) === 'yes');
    expect(known).toEqual(['1.2.3', '10.20.30']);
  });
});
