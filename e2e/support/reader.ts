import { spawn } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { commandsIn, sectionOf } from '../../test/support/docs/markdown.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Where guides say `vault`, that of the cluster's Vault is meant, which acts as root in its pod. */
const VAULT_CLI = 'vault() { kubectl exec -i -n vault deploy/vault -- bao "$@"; }';

/** A section of a page, or all of it without a heading. */
export interface Passage {
  readonly page: string;
  readonly heading?: string;
}

/** The text of a passage; `page` is a path from the project's folder. */
export function passage({ page, heading }: Passage): string {
  const whole = readFileSync(join(ROOT, page), 'utf8');
  return heading === undefined ? whole : sectionOf(whole, heading);
}

/** Somebody at a shell, in a folder with the project's deploy/, who types what guides say. */
export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reader-'));

  constructor() {
    const prefix = process.env['E2E_IMAGE_PREFIX'];
    cpSync(join(ROOT, 'deploy'), this.path('deploy'), { recursive: true });
    if (prefix) this.#takeImagesFrom(prefix);
  }

  path(...names: readonly string[]): string {
    return join(this.#folder, ...names);
  }

  /** Keeps a file in the folder. */
  writes(name: string, content: string): void {
    writeFileSync(this.path(name), content);
  }

  /**
   * Types all commands of a passage, one after the other, and stops at the first that fails.
   * @param instead what stands for a text in them; each must be there
   * @returns what was printed
   * @throws Error with what was printed, where one fails
   */
  types(where: Passage, instead: Readonly<Record<string, string>> = {}): Promise<string> {
    let commands = commandsIn(passage(where));
    for (const [from, to] of Object.entries(instead)) {
      if (!commands.includes(from)) throw new Error(`no command has ${from}`);
      commands = commands.replaceAll(from, to);
    }
    return this.typed(commands);
  }

  /** As `types`, for commands that are in no block. */
  async typed(commands: string): Promise<string> {
    if (commands.trim() === '') throw new Error('there is no command');
    const args = ['-euo', 'pipefail', '-c', `${VAULT_CLI}\n${commands}`];
    const child = spawn('bash', args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [code, output, said] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    if (code === 0) return output;
    throw new Error(`this ended with ${code}:\n${commands}\n${output}${said}`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #takeImagesFrom(prefix: string): void {
    for (const file of globSync('**/*.yaml', { cwd: this.path('deploy') })) {
      const text = readFileSync(this.path('deploy', file), 'utf8');
      const ours = /(\bimage: )(kubernetes-vault[\w-]*:)/g;
      this.writes(join('deploy', file), text.replaceAll(ours, `$1${prefix}/$2`));
    }
  }
}
