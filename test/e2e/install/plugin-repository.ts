import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, type Sandbox } from '../harness.ts';
import type { ReleaseServer } from './release-server.ts';

export const platform = `${process.platform}-${process.arch}`;

export interface Release {
  readonly version?: string;
  /** `oldestBinary` of package.json. */
  readonly oldest?: string;
  /** What is released; a small program that knows its version by default. */
  readonly binary?: Buffer;
  /** Is SHA256SUMS in the checkout? */
  readonly sums?: boolean;
}

/** The plugin as people have it: a git repository with the plugin's files of this checkout, beside its releases. */
export class PluginRepository {
  readonly url: string;
  readonly #sandbox: Sandbox;
  readonly #bare: string;
  readonly #work: string;

  constructor(sandbox: Sandbox, server: ReleaseServer) {
    this.#sandbox = sandbox;
    this.#bare = join(server.folder, 'www/someone/tmux-drift');
    this.#work = join(server.folder, 'work');
    this.url = `${server.url}/someone/tmux-drift`;
    mkdirSync(this.#bare, { recursive: true });
    sandbox.run('git', 'init', '-q', '--bare', '-b', 'main', this.#bare);
    sandbox.run('git', 'init', '-q', '-b', 'main', this.#work);
  }

  /** Commits a version and releases its binary for this machine. */
  release({ version = '0.1.0', oldest = '0.1.0', binary = program(version), sums = true }: Release = {}): void {
    for (const part of ['plugin.tmux', 'scripts', '.gitignore']) {
      cpSync(join(root, part), join(this.#work, part), { recursive: true });
    }
    const manifest = readFileSync(join(root, 'package.json'), 'utf8')
      .replace(/"version": ".*"/, `"version": "${version}"`)
      .replace(/"oldestBinary": ".*"/, `"oldestBinary": "${oldest}"`);
    writeFileSync(join(this.#work, 'package.json'), manifest);
    const name = `tmux-drift-${version}-${platform}.gz`;
    const asset = gzipSync(binary, { level: 1 });
    const folder = join(this.#bare, `releases/download/v${version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), asset);
    const sum = createHash('sha256').update(asset).digest('hex');
    writeFileSync(join(this.#work, 'SHA256SUMS'), sums ? `${'0'.repeat(64)}  other\n${sum}  ${name}\n` : '');
    this.#git('add', '-A');
    this.#git('commit', '-q', '-m', version);
    this.#git('tag', `v${version}`);
    this.#git('push', '-q', '--tags', this.#bare, 'main');
    this.#sandbox.run('git', '-C', this.#bare, 'update-server-info');
  }

  clone(folder: string): void {
    this.#sandbox.run('git', 'clone', '-q', this.#bare, folder);
    this.#sandbox.run('git', '-C', folder, 'remote', 'set-url', 'origin', this.url);
  }

  #git(...words: readonly string[]): void {
    this.#sandbox.run('git', '-C', this.#work, '-c', 'user.name=t', '-c', 'user.email=t@localhost', ...words);
  }
}

/** Small, knows its version, notes how it is called in `~/calls`; `padding` makes it larger. */
export const program = (version: string, padding: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Buffer.from(
      `#!/bin/sh\n[ "$1" != --version ] || { echo ${version}; exit; }\necho "${version} $*" >>"$HOME/calls"\nexit\n`,
    ),
    padding,
  ]);
