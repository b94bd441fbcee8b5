import { loadSettings } from '../../src/config/load-settings.ts';
import { formatProblems, keyPath } from '../../src/config/problem.ts';
import { type DocumentedKey, documentedKeys, placeAt } from '../../src/config/schema/key-docs.ts';
import { replacePart } from './replace-part.ts';

/** The page with each generated part between its markers, as the code of today would write it. */
export function withGeneratedParts(page: string): string {
  return Object.entries({ reference: reference(), mistakes: mistakes() }).reduce(
    (text, [name, part]) => replacePart(text, name, part),
    page,
  );
}

function reference(): string {
  const bySection = Map.groupBy(documentedKeys(), ({ path }) => keyPath(path.slice(0, -1)));
  const sections = [...bySection].map(([name, keys]) => sectionTable(name, keys));
  return sections.join('\n');
}

function sectionTable(name: string, keys: readonly DocumentedKey[]): string {
  const path = keys[0]?.path.slice(0, -1) ?? [];
  const place = placeAt(path);
  const meaning = place?.kind === 'section' && place.meaning !== '' ? `${place.meaning}\n\n` : '';
  const title = name === '' ? 'Top level' : `\`${name.replace('[0]', '[]')}\``;
  const rows = keys.map(row).join('\n');
  return `### ${title}\n\n${meaning}| key | type | default | meaning |\n|---|---|---|---|\n${rows}\n`;
}

function row({ path, doc }: DocumentedKey): string {
  const cells = [
    `\`${path.at(-1)}\``,
    doc.type,
    doc.default ?? '**required**',
    `${doc.meaning} Example: \`${doc.example}\`.`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A configuration with a few of the usual mistakes. */
const WITH_MISTAKES = `vault:
  addr: vault:8200
  token: $VAULT_TOKN
  wrappingTtl: 60s
kubernetes:
  watchNamespace: ~^(staging|default$
  service: kubernetes-vault
authorization:
  rules:
    - approles: [web]
      namespace: [shop]
`;

function mistakes(): string {
  const loaded = loadSettings(WITH_MISTAKES, {}, () => '');
  const said = loaded.ok ? '' : formatProblems('kubernetes-vault.yml', loaded.problems);
  return `\`\`\`yml\n${WITH_MISTAKES}\`\`\`\n\n\`\`\`text\n${said}\`\`\`\n`;
}
