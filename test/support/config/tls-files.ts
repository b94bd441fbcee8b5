import { createTestCa } from '../real/test-ca.ts';
import { atTheEnd } from './config-text.ts';

/** Filled by `makeFiles`. */
export const files: Record<string, string> = {};
export const environment = { VAULT_TOKEN: 't', CA_FILE: '/ca' };

/** Certificates and keys that belong together, or do not, and files that are neither. */
export async function makeFiles(): Promise<void> {
  const ca = await createTestCa();
  const [own, other] = [await ca.issue('own', ['own']), await ca.issue('other', ['other'])];
  files['/ca'] = ca.caPem;
  files['/ca-with-key'] = `# our CA\n${own.keyPem}\n${ca.caPem}\nmore`;
  files['/cert'] = `${own.certPem}\n${ca.caPem}`;
  files['/key'] = own.keyPem;
  files['/other-key'] = other.keyPem;
  files['/text'] = 'hello';
  files['/broken'] = ca.caPem.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  files['/empty'] = '';
  files['/keys'] = `${'A'.repeat(43)}=\n`;
  files['/no-keys'] = `${files['/keys']}secret`;
}

export function inMetricsTls(...lines: readonly string[]): string {
  return atTheEnd(['prometheus:', '  tls:', ...lines.map((line) => `    ${line}`)].join('\n'));
}

/** The certificate of its own that the endpoint of the metrics has. */
export const OWN = ['certFile: /cert', 'certKey: /key'];
