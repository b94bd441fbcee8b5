const VAULT = ['vault:', '  addr: https://vault.default:8200', '  token: $VAULT_TOKEN'];
const KUBERNETES = [
  'kubernetes:',
  '  watchNamespace: default',
  '  serviceNamespace: vault',
  '  service: kubernetes-vault',
];

/** The smallest configuration that is right: `vault` on line 1, `kubernetes` on line 4. */
export const SMALLEST_CONFIG = `${[...VAULT, ...KUBERNETES].join('\n')}\n`;

/** The environment that it needs. */
export const CONFIG_ENVIRONMENT = { VAULT_TOKEN: 'hvs.CAESIJ-very-secret' };

/** With these lines at the end of `vault`: the first is line 4, and begins in column 3. */
export function inVault(lines: string): string {
  return `${[...VAULT, ...indented(lines), ...KUBERNETES].join('\n')}\n`;
}

/** With these lines at the end of `kubernetes`: the first is line 8, and begins in column 3. */
export function inKubernetes(lines: string): string {
  return `${[...VAULT, ...KUBERNETES, ...indented(lines)].join('\n')}\n`;
}

/** With these lines at the end: the first is line 8. */
export function atTheEnd(lines: string): string {
  return `${SMALLEST_CONFIG}${lines}\n`;
}

/** With one of its keys written differently; an empty value leaves the key out. */
export function withKey(key: string, value: string): string {
  const line = new RegExp(`^  ${key}: .*\n`, 'm');
  if (!line.test(SMALLEST_CONFIG)) throw new Error(`the smallest configuration has no ${key}`);
  return SMALLEST_CONFIG.replace(line, () => (value === '' ? '' : `  ${key}: ${value}\n`));
}

function indented(lines: string): string[] {
  return lines.split('\n').map((line) => `  ${line}`);
}
