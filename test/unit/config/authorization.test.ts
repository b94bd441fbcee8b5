import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atTheEnd, SMALLEST_CONFIG } from '../../support/config/config-text.ts';
import { problemsOf, settingsOf } from '../../support/config/load.ts';

function rule(lines: readonly string[]): string {
  return atTheEnd(['authorization:', '  rules:', `    - ${lines.join('\n      ')}`].join('\n'));
}

const RULE = ['approles: [web]', 'namespaces: [shop]'];

test('S9 without authorization there are no rules, and everybody may ask', () => {
  assert.equal(settingsOf(SMALLEST_CONFIG).authorization, undefined);
});

test('S9 an empty list of rules is a list of rules', () => {
  assert.deepEqual(settingsOf(atTheEnd('authorization: {rules: []}')).authorization, []);
});

test('S9 a rule keeps its patterns as written and compiled, and leaves out what it does not say', () => {
  assert.deepEqual(settingsOf(rule(RULE)).authorization, [
    {
      approles: [{ source: 'web', matches: /^web$/su }],
      namespaces: [{ source: 'shop', matches: /^shop$/su }],
      hostNetwork: false,
    },
  ]);
  const full = [
    'approles: ["web-*", api]',
    'namespaces: ["team-?", "~eu-(a|b)"]',
    'serviceAccounts: ["web-*"]',
    'hostNetwork: true',
  ];
  assert.deepEqual(settingsOf(rule(full)).authorization, [
    {
      approles: [
        { source: 'web-*', matches: /^web-.*$/su },
        { source: 'api', matches: /^api$/su },
      ],
      namespaces: [
        { source: 'team-?', matches: /^team-.$/su },
        { source: '~eu-(a|b)', matches: /^(?:eu-(a|b))$/u },
      ],
      serviceAccounts: [{ source: 'web-*', matches: /^web-.*$/su }],
      hostNetwork: true,
    },
  ]);
});

const NAMESPACES: readonly [pattern: string, namespace: string, matches: boolean][] = [
  ['prod', 'prod', true],
  ['prod', 'nonprod-x', false],
  ['prod*', 'prod-eu', true],
  ['prod*', 'nonprod', false],
  ['"~prod"', 'prod', true],
  ['"~prod"', 'nonprod-x', false],
  ['"~prod|test"', 'test', true],
  ['"~prod|test"', 'prod-x', false],
  ['"~prod|test"', 'x-test', false],
  ['"~PROD"', 'prod', false],
  ['"~team\\\\-a"', 'team-a', true],
];

for (const [pattern, namespace, matches] of NAMESPACES) {
  test(`S9 the pattern ${pattern} ${matches ? 'admits' : 'does not admit'} the namespace ${namespace}`, () => {
    const rules = settingsOf(rule(['approles: ["*"]', `namespaces: [${pattern}]`])).authorization;
    assert.equal(rules?.[0]?.namespaces[0]?.matches.test(namespace), matches);
  });
}

test('S9 S16 a pattern over AppRoles is compared in lower case, which is how Vault keeps their names', () => {
  const rules = settingsOf(rule(['approles: [My_Role-*]', 'namespaces: [shop]'])).authorization;
  const pattern = rules?.[0]?.approles[0];
  assert.equal(pattern?.source, 'My_Role-*');
  assert.equal(pattern.matches.test('my_role-1'), true);
});

const WRITE_RULES = 'write `rules: [{approles: [web], namespaces: [shop]}]`';
const WRITE_ROLES = 'write `approles: [web, "web-*"]`';
const WRITE_NAMESPACES = 'write `namespaces: [shop, "team-*", "~shop-(eu|us)"]`';
const WRITE_ACCOUNTS = 'write `serviceAccounts: ["web-*"]`';
const WRITE_REGEX = 'write `- "~team-(eu|us)"`';
const REGEX = 'is not a regular expression that can be used here';
const ROLE_GLOB =
  'is not a glob over AppRole names (letters, digits, `_`, `.`, `-`, with `*` and `?`)';

const BAD: readonly [what: string, text: string, problems: readonly string[]][] = [
  [
    'nothing behind authorization',
    atTheEnd('authorization:'),
    ['8:1 authorization: is empty; write its keys below it, indented: rules'],
  ],
  [
    'null',
    atTheEnd('authorization: null'),
    ['8:16 authorization: is empty; write its keys below it, indented: rules'],
  ],
  [
    'an empty text',
    atTheEnd('authorization: ""'),
    ['8:16 authorization: is empty; write its keys below it, indented: rules'],
  ],
  [
    'an empty list',
    atTheEnd('authorization: []'),
    ['8:16 authorization: is empty; write its keys below it, indented: rules'],
  ],
  [
    'a list of rules without the key',
    atTheEnd('authorization: [{approles: [a]}]'),
    [
      '8:16 authorization: is a list, not a group of keys; write its keys below it, indented: rules',
    ],
  ],
  [
    'no rules',
    atTheEnd('authorization: {}'),
    [`8:1 authorization.rules: is required; ${WRITE_RULES}`],
  ],
  [
    'rules that are null',
    atTheEnd('authorization: {rules: }'),
    [`8:17 authorization.rules: is empty; ${WRITE_RULES}`],
  ],
  [
    'rules that are a group',
    atTheEnd('authorization: {rules: {approles: [a]}}'),
    [`8:24 authorization.rules: is a mapping, not a list; ${WRITE_RULES}`],
  ],
  [
    'an empty rule',
    rule(['{}']),
    [
      `10:7 authorization.rules[0].approles: is required; ${WRITE_ROLES}`,
      `10:7 authorization.rules[0].namespaces: is required; ${WRITE_NAMESPACES}`,
    ],
  ],
  [
    'a rule that is null',
    rule(['~']),
    [
      `10:7 authorization.rules[0].approles: is required; ${WRITE_ROLES}`,
      `10:7 authorization.rules[0].namespaces: is required; ${WRITE_NAMESPACES}`,
    ],
  ],
  [
    'a rule without AppRoles',
    rule(['namespaces: [a]']),
    [`10:7 authorization.rules[0].approles: is required; ${WRITE_ROLES}`],
  ],
  [
    'a rule without namespaces',
    rule(['approles: [a]']),
    [`10:7 authorization.rules[0].namespaces: is required; ${WRITE_NAMESPACES}`],
  ],
  [
    'empty lists',
    rule(['approles: []', 'namespaces:', 'serviceAccounts: []']),
    [
      `10:17 authorization.rules[0].approles: is empty; ${WRITE_ROLES}`,
      `11:7 authorization.rules[0].namespaces: is empty; ${WRITE_NAMESPACES}`,
      `12:24 authorization.rules[0].serviceAccounts: is empty; ${WRITE_ACCOUNTS}`,
    ],
  ],
  [
    'service accounts that are null',
    rule([...RULE, 'serviceAccounts:']),
    [`12:7 authorization.rules[0].serviceAccounts: is empty; ${WRITE_ACCOUNTS}`],
  ],
  [
    'a host network that is null',
    rule([...RULE, 'hostNetwork:']),
    ['12:7 authorization.rules[0].hostNetwork: is empty; write `hostNetwork: true`'],
  ],
  [
    'a host network in quotes',
    rule([...RULE, 'hostNetwork: "false"']),
    [
      '12:20 authorization.rules[0].hostNetwork: "false" is neither true nor false (written without quotes); write `hostNetwork: true`',
    ],
  ],
  [
    'a typing error in a key',
    rule([...RULE, 'serviceAcounts: [a]']),
    [
      '12:7 authorization.rules[0].serviceAcounts: is not a known key; did you mean `serviceAccounts`?',
    ],
  ],
  [
    'a glob that is no list',
    rule(['approles: web', 'namespaces: [shop]']),
    [`10:17 authorization.rules[0].approles: is a single value, not a list; ${WRITE_ROLES}`],
  ],
  [
    'an item that is null',
    rule(['approles: [~]', 'namespaces: [shop]']),
    ['10:18 authorization.rules[0].approles[0]: is empty; write `- "web-*"`'],
  ],
  [
    'a regular expression over AppRoles',
    rule(['approles: ["~web"]', 'namespaces: [shop]']),
    [`10:18 authorization.rules[0].approles[0]: "~web" ${ROLE_GLOB}; write \`- "web-*"\``],
  ],
  [
    'a glob of other shells',
    rule(['approles: ["web-[ab]"]', 'namespaces: [shop]']),
    [`10:18 authorization.rules[0].approles[0]: "web-[ab]" ${ROLE_GLOB}; write \`- "web-*"\``],
  ],
  [
    'a namespace in capitals',
    rule(['approles: [web]', 'namespaces: [Shop]']),
    [
      '11:20 authorization.rules[0].namespaces[0]: "Shop" is not a glob over namespaces (lower-case letters, digits, `-`, with `*` and `?`); write `- "team-*"`',
    ],
  ],
  [
    'a tilde alone',
    rule(['approles: [web]', 'namespaces: ["~"]']),
    [
      '11:20 authorization.rules[0].namespaces[0]: has no regular expression after the ~; write `- "*"`',
    ],
  ],
  [
    'a pattern that would break out of its anchors',
    rule(['approles: [web]', 'namespaces: ["~a)|(b"]']),
    [
      `11:20 authorization.rules[0].namespaces[0]: "~a)|(b" ${REGEX}: unmatched ')'; ${WRITE_REGEX}`,
    ],
  ],
  [
    '(?i)',
    rule(['approles: [web]', 'namespaces: ["~(?i)a"]']),
    [
      `11:20 authorization.rules[0].namespaces[0]: "~(?i)a" ${REGEX}: names are compared case-sensitively here: remove (?i); ${WRITE_REGEX}`,
    ],
  ],
  [
    'a POSIX class',
    rule(['approles: [web]', 'namespaces: ["~[[:alpha:]]"]']),
    [
      `11:20 authorization.rules[0].namespaces[0]: "~[[:alpha:]]" ${REGEX}: POSIX classes such as [[:alpha:]] are not known here: write [a-z]; ${WRITE_REGEX}`,
    ],
  ],
  [
    'an account in capitals',
    rule([...RULE, 'serviceAccounts: [Web]']),
    [
      '12:25 authorization.rules[0].serviceAccounts[0]: "Web" is not a glob over service accounts (lower-case letters, digits, `-`, `.`, with `*` and `?`); write `- "web-*"`',
    ],
  ],
  [
    'what the environment left empty',
    rule([...RULE, 'serviceAccounts: $EMPTY']),
    [`12:24 authorization.rules[0].serviceAccounts: is empty; ${WRITE_ACCOUNTS}`],
  ],
];

for (const [what, text, problems] of BAD) {
  test(`S9 refuses ${what}`, () => {
    assert.deepEqual(problemsOf(text, { VAULT_TOKEN: 't', EMPTY: '' }), problems);
  });
}
