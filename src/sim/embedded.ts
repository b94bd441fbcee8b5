import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Access } from './api-server/access.ts';
import { type ApiServer, createApiServer } from './api-server/api-server.ts';
import { apiHandler } from './api-server/handler.ts';
import type { Handler } from './exchange.ts';
import { type FaultPlan, faultPlan, withFaults } from './faults.ts';
import { type HttpOptions, type SimServer, serveHttp } from './http-server.ts';
import { vaultHandler } from './vault-server/handler.ts';
import { createVaultServer, type VaultServer } from './vault-server/vault-server.ts';

export interface EmbeddedOptions extends HttpOptions {
  readonly clock: Clock;
  readonly random: Random;
}

/** An embedded server that listens, and the faults that can be ordered for it. */
export interface Embedded<Core> {
  readonly core: Core;
  readonly http: SimServer;
  readonly faults: FaultPlan;
}

/** A Kubernetes API server on a port; without `access` everybody may do everything. */
export async function startApiServer(
  options: EmbeddedOptions & { readonly access?: Access },
): Promise<Embedded<ApiServer>> {
  const core = createApiServer(options.clock, options.random);
  return listen(core, apiHandler(core, options.access), options);
}

/** A Vault on a port, with this root token and nothing mounted. */
export async function startVault(
  options: EmbeddedOptions & { readonly rootToken: string },
): Promise<Embedded<VaultServer>> {
  const core = createVaultServer(options.clock, options.random, options.rootToken);
  return listen(core, vaultHandler(core), options);
}

async function listen<Core>(
  core: Core,
  handler: Handler,
  options: EmbeddedOptions,
): Promise<Embedded<Core>> {
  const faults = faultPlan(options.random);
  const http = await serveHttp(withFaults(handler, faults, options.clock), options);
  return { core, http, faults };
}
