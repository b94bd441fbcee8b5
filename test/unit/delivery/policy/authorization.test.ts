import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../../src/base/pattern.ts';
import {
  type AuthorizationRule,
  isAuthorized,
} from '../../../../src/delivery/policy/authorization.ts';
import { parseRoleName } from '../../../../src/wire/role-name.ts';

interface Asked {
  readonly role?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly hostNetwork?: boolean;
}

function applicant({
  role = 'web',
  namespace = 'shop',
  serviceAccount = 'default',
  hostNetwork = false,
}: Asked) {
  return { role: parseRoleName(role) ?? assert.fail(), namespace, serviceAccount, hostNetwork };
}

interface Rule {
  readonly approles: readonly string[];
  readonly namespaces: readonly string[];
  readonly serviceAccounts?: readonly string[];
  readonly hostNetwork?: boolean;
}

function rule({
  approles,
  namespaces,
  serviceAccounts,
  hostNetwork = false,
}: Rule): AuthorizationRule {
  return {
    approles: approles.map(compileGlob),
    namespaces: namespaces.map(compileGlob),
    hostNetwork,
    ...(serviceAccounts === undefined ? {} : { serviceAccounts: serviceAccounts.map(compileGlob) }),
  };
}

const SHOP: Rule = { approles: ['web', 'db-*'], namespaces: ['shop', 'shop-*'] };

const CASES: readonly [
  what: string,
  rules: readonly Rule[] | undefined,
  asked: Asked,
  allowed: boolean,
][] = [
  ['no authorization at all allows everything', undefined, { role: 'root', namespace: 'x' }, true],
  ['no authorization allows the host network too', undefined, { hostNetwork: true }, true],
  ['an empty list of rules refuses everything', [], {}, false],
  ['role and namespace match', [SHOP], {}, true],
  ['globs match', [SHOP], { role: 'db-eu', namespace: 'shop-2' }, true],
  ['the role matches alone', [SHOP], { namespace: 'bank' }, false],
  ['the namespace matches alone', [SHOP], { role: 'vault-admin' }, false],
  ['a pattern matches only the whole name', [SHOP], { namespace: 'my-shop' }, false],
  ['a name that a pattern is the beginning of', [SHOP], { role: 'website' }, false],
  ['the second rule allows', [{ ...SHOP, approles: ['x'] }, SHOP], {}, true],
  [
    'rules are not mixed',
    [
      { approles: ['web'], namespaces: ['bank'] },
      { approles: ['money'], namespaces: ['shop'] },
    ],
    {},
    false,
  ],
  ['the service account matches', [{ ...SHOP, serviceAccounts: ['de*'] }], {}, true],
  ['another service account', [{ ...SHOP, serviceAccounts: ['web'] }], {}, false],
  ['an empty list of service accounts allows none', [{ ...SHOP, serviceAccounts: [] }], {}, false],
  ['the host network without a rule for it', [SHOP], { hostNetwork: true }, false],
  ['the host network with one', [{ ...SHOP, hostNetwork: true }], { hostNetwork: true }, true],
  ['a rule for the host network allows other pods too', [{ ...SHOP, hostNetwork: true }], {}, true],
];

for (const [what, rules, asked, allowed] of CASES) {
  test(`S9 ${allowed ? 'allowed' : 'refused'}: ${what}`, () => {
    assert.equal(isAuthorized(rules?.map(rule), applicant(asked)), allowed);
  });
}
