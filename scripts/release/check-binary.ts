/**
 * What a file can say about a binary that this machine cannot run: format, architecture, and that our program is inside, in the
 * place where Node looks for it (an ELF note, or a Mach-O segment) and with the fuse that makes Node look.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { partNames } from '../bundle.ts';
import type { TargetName } from './targets.ts';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
/** First bytes of a resource, little-endian (Node: src/node_sea.cc, kMagic). */
const RESOURCE_MAGIC = 0x143da20;

const PT_NOTE = 4;
const LC_SEGMENT_64 = 0x19;

/** Throws when the file is not what the target's machines could run. */
export function checkBinary(path: string, target: TargetName): void {
  const file = readFileSync(path);
  const [os, arch] = target.split('-') as ['linux' | 'darwin', 'x64' | 'arm64'];
  const resource = os === 'linux' ? elfResource(file, arch) : machOResource(file, arch);
  assert.equal(resource.readUInt32LE(0), RESOURCE_MAGIC, 'the resource is none of Node');
  for (const part of partNames) assert(resource.includes(`${part}.js`), `the resource holds no ${part}.js`);
  assert(file.includes(`${FUSE}:1`), 'the fuse is not set');
  assert(!file.includes(`${FUSE}:0`), 'the fuse is not set everywhere');
}

/** https://refspecs.linuxfoundation.org/elf/elf.pdf */
function elfResource(file: Buffer, arch: 'x64' | 'arm64'): Buffer {
  assert.equal(file.toString('latin1', 0, 5), '\x7fELF\x02', 'not a 64-bit ELF file');
  assert.equal(file.readUInt16LE(18), { x64: 62, arm64: 183 }[arch], `not for ${arch}`);
  const headers = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  for (let at = headers; at < headers + count * size; at += size) {
    if (file.readUInt32LE(at) !== PT_NOTE) continue;
    const offset = Number(file.readBigUInt64LE(at + 8));
    const notes = file.subarray(offset, offset + Number(file.readBigUInt64LE(at + 32)));
    const resource = notesIn(notes).get('NODE_SEA_BLOB');
    if (resource) return resource;
  }
  throw new assert.AssertionError({ message: 'no note NODE_SEA_BLOB' });
}

/** Notes by name: each is three sizes, a name and its content, both filled up to four bytes. */
function notesIn(segment: Buffer): ReadonlyMap<string, Buffer> {
  const notes = new Map<string, Buffer>();
  let at = 0;
  while (at + 12 <= segment.length) {
    const contentAt = at + 12 + Math.ceil(segment.readUInt32LE(at) / 4) * 4;
    const contentEnd = contentAt + segment.readUInt32LE(at + 4);
    notes.set(cString(segment.subarray(at + 12, contentAt)), segment.subarray(contentAt, contentEnd));
    at = Math.ceil(contentEnd / 4) * 4;
  }
  return notes;
}

/** Apple's mach-o/loader.h */
function machOResource(file: Buffer, arch: 'x64' | 'arm64'): Buffer {
  assert.equal(file.readUInt32LE(0), 0xfeedfacf, 'not a 64-bit Mach-O file');
  assert.equal(file.readUInt32LE(4), { x64: 0x01000007, arm64: 0x0100000c }[arch], `not for ${arch}`);
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const isSegment = file.readUInt32LE(at) === LC_SEGMENT_64;
    if (isSegment && cString(file.subarray(at + 8, at + 24)) === 'NODE_SEA') {
      const offset = Number(file.readBigUInt64LE(at + 40));
      return file.subarray(offset, offset + Number(file.readBigUInt64LE(at + 48)));
    }
    at += file.readUInt32LE(at + 4);
  }
  throw new assert.AssertionError({ message: 'no segment NODE_SEA' });
}

const cString = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0.*$/s, '');
