import {
  deleteRole,
  destroyByAccessor,
  listSecretIds,
  login,
  mint,
  readRole,
  readRoleId,
  writeRole,
  writeRoleId,
} from './app-role.ts';
import { listed, type Outcome, type VaultCall, VaultRefusal } from './call.ts';
import type { RoutedCall } from './state.ts';
import {
  capabilitiesSelf,
  enableAuth,
  health,
  readPolicy,
  seal,
  sealStatus,
  unseal,
  writePolicy,
} from './system-routes.ts';
import {
  createToken,
  lookupSelf,
  readTokenRole,
  renewSelf,
  revokeSelf,
  revokeToken,
  writeTokenRole,
} from './token-routes.ts';
import { lookupWrapping, unwrap } from './wrapping.ts';

/** Who may call a route: anybody, even while Vault is sealed; anybody; or a token whose policies allow it. */
type Access = 'always' | 'anybody' | 'policy';

interface Route {
  readonly access: Access;
  readonly run: (call: RoutedCall) => Outcome;
}

type Method = VaultCall['method'];

/** `:name` stands for one segment. A more exact pattern comes before one that covers it too. */
const TABLE: readonly (readonly [string, Access, Partial<Record<Method, Route['run']>>])[] = [
  ['sys/health', 'always', { GET: health }],
  ['sys/seal-status', 'always', { GET: sealStatus }],
  ['sys/unseal', 'always', { POST: unseal }],
  ['sys/seal', 'policy', { POST: seal }],
  ['sys/auth/:mount', 'policy', { POST: enableAuth }],
  ['sys/policies/acl/:name', 'policy', { GET: readPolicy, POST: writePolicy }],
  ['sys/capabilities-self', 'policy', { POST: capabilitiesSelf }],
  ['sys/wrapping/lookup', 'anybody', { POST: lookupWrapping }],
  ['sys/wrapping/unwrap', 'anybody', { POST: unwrap }],
  ['auth/token/create', 'policy', { POST: createToken }],
  ['auth/token/create/:role', 'policy', { POST: createToken }],
  ['auth/token/roles/:role', 'policy', { GET: readTokenRole, POST: writeTokenRole }],
  ['auth/token/lookup-self', 'policy', { GET: lookupSelf }],
  ['auth/token/renew-self', 'policy', { POST: renewSelf }],
  ['auth/token/revoke-self', 'policy', { POST: revokeSelf }],
  ['auth/token/revoke', 'policy', { POST: revokeToken }],
  ['auth/:mount/login', 'anybody', { POST: login }],
  ['auth/:mount/role/:role', 'policy', { GET: readRole, POST: writeRole, DELETE: deleteRole }],
  ['auth/:mount/role/:role/role-id', 'policy', { GET: readRoleId, POST: writeRoleId }],
  ['auth/:mount/role/:role/secret-id', 'policy', { LIST: listSecretIds, POST: mint }],
  ['auth/:mount/role/:role/secret-id-accessor/destroy', 'policy', { POST: destroyByAccessor }],
];

const ROUTES = TABLE.map(([pattern, access, methods]) => {
  const source = pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  return { pattern: new RegExp(`^${source}$`), access, methods };
});

interface Found {
  readonly access: Access;
  readonly parameters: Readonly<Record<string, string>>;
  /** @throws VaultRefusal 404 or 405 where there is nothing to run */
  readonly run: (call: RoutedCall) => Outcome;
}

/** The route of a call. What does not exist is refused only when it is run: a policy may hide that. */
export function findRoute({ method, path }: VaultCall): Found {
  for (const { pattern, access, methods } of ROUTES) {
    const match = pattern.exec(path);
    if (!match) continue;
    const run = methods[method] ?? refuse(405, listed('unsupported operation'));
    return { access, parameters: { ...match.groups }, run };
  }
  const missing = path.startsWith('auth/')
    ? listed('unsupported path')
    : `no handler for route "${path}". route entry not found.`;
  return { access: 'policy', parameters: {}, run: refuse(404, missing) };
}

function refuse(status: number, error: string): () => Outcome {
  return () => {
    throw new VaultRefusal(status, error);
  };
}
