import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { host } from '../../scripts/build.ts';
import { partNames, root } from '../../scripts/bundle.ts';
import { checkBinary } from '../../scripts/release/check-binary.ts';
import type { TargetName } from '../../scripts/release/targets.ts';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const built = join(root, 'dist/tmux-drift');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'binary-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function check(file: Buffer, target: TargetName): void {
  const path = join(folder, 'file');
  writeFileSync(path, file);
  checkBinary(path, target);
}

interface Parts {
  readonly resource?: Buffer;
  readonly fuse?: string;
}

const program = Buffer.concat([
  Buffer.from('20da4301', 'hex'),
  Buffer.from(partNames.map((name) => `${name}.js`).join()),
]);

/** As much of a Mach-O file as says what it is. */
function machO(cpu: number, { resource = program, fuse = `${FUSE}:1` }: Parts = {}): Buffer {
  const head = Buffer.alloc(32 + 24 + 72);
  head.writeUInt32LE(0xfeedfacf, 0);
  head.writeUInt32LE(cpu, 4);
  head.writeUInt32LE(2, 16);
  // A load command that is none of ours, then the segment.
  head.writeUInt32LE(0x2, 32);
  head.writeUInt32LE(24, 36);
  head.writeUInt32LE(0x19, 56);
  head.writeUInt32LE(72, 60);
  head.write('NODE_SEA', 64);
  head.writeBigUInt64LE(BigInt(head.length), 56 + 40);
  head.writeBigUInt64LE(BigInt(resource.length), 56 + 48);
  return Buffer.concat([head, resource, Buffer.from(fuse)]);
}

/** As much of an ELF file as says what it is; its one segment of notes has another note first. */
function elf(machine: number, { resource = program, fuse = `${FUSE}:1` }: Parts = {}): Buffer {
  const note = (name: string, content: Buffer) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(name.length + 1, 0);
    head.writeUInt32LE(content.length, 4);
    const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    return Buffer.concat([head, padded(Buffer.from(`${name}\0`)), padded(content)]);
  };
  const notes = Buffer.concat([note('GNU', Buffer.from('id')), note('NODE_SEA_BLOB', resource)]);
  const head = Buffer.alloc(64 + 56);
  head.write('\x7fELF\x02', 0, 'latin1');
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(4, 64);
  head.writeBigUInt64LE(BigInt(head.length), 72);
  head.writeBigUInt64LE(BigInt(notes.length), 96);
  return Buffer.concat([head, notes, Buffer.from(fuse)]);
}

const files = {
  'linux-x64': (parts?: Parts) => elf(62, parts),
  'linux-arm64': (parts?: Parts) => elf(183, parts),
  'darwin-x64': (parts?: Parts) => machO(0x01000007, parts),
  'darwin-arm64': (parts?: Parts) => machO(0x0100000c, parts),
} as const;
const names = Object.keys(files) as TargetName[];

test.skipIf(!existsSync(built))('knows the binary of this machine, and takes it for no other', () => {
  checkBinary(built, host as TargetName);
  for (const name of names.filter((other) => other !== host)) expect(() => checkBinary(built, name)).toThrow(/not/);
});

describe.each(names)('%s', (name) => {
  test('is known', () => check(files[name](), name));

  test.each(names.filter((other) => other !== name))('is not %s', (other) => {
    expect(() => check(files[name](), other)).toThrow(/not for|not a 64-bit/);
  });

  test('without our program', () => {
    expect(() => check(files[name]({ resource: Buffer.from('something else') }), name)).toThrow(/none of Node/);
    expect(() => check(files[name]({ resource: program.subarray(0, 10) }), name)).toThrow(/holds no/);
  });

  test('with a fuse that keeps Node from looking', () => {
    expect(() => check(files[name]({ fuse: `${FUSE}:0` }), name)).toThrow(/fuse/);
  });
});

test('holds nothing of who built it, and where', () => {
  const file = readFileSync(built);
  for (const trace of [root, 'dist/.build-']) expect(file.includes(trace)).toBe(false);
});
