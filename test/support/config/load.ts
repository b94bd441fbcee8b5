import assert from 'node:assert/strict';
import { type Loaded, loadSettings } from '../../../src/config/load-settings.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { CONFIG_ENVIRONMENT } from './config-text.ts';

type Files = Readonly<Record<string, string>>;

/** Loads a configuration; what is not in `files` does not exist. */
export function load(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = CONFIG_ENVIRONMENT,
  files: Files = {},
): Loaded {
  return loadSettings(text, environment, (path) => {
    const content = files[path];
    if (content !== undefined) return content;
    throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  });
}

/** The settings of a configuration that is right. */
export function settingsOf(...args: Parameters<typeof load>): Settings {
  const loaded = load(...args);
  if (!loaded.ok) assert.fail(problemsOf(...args).join('\n'));
  return loaded.settings;
}

/** The text of the token in it. */
export function tokenIn({ vault }: Settings): string {
  assert.equal(vault.ownToken.kind, 'token');
  return vault.ownToken.token.reveal();
}

/** The problems of one that is not, as `line:column key: what is wrong; what to write`. */
export function problemsOf(...args: Parameters<typeof load>): string[] {
  const loaded = load(...args);
  if (loaded.ok) return [];
  return loaded.problems.map(
    ({ at, key, wrong, write }) => `${at.line}:${at.column} ${key}: ${wrong}; ${write}`,
  );
}
