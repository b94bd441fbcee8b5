import { setTimeout as sleep } from 'node:timers/promises';
import { RequestFailed } from '../real/admin-client.ts';
import type { PodsEndpoint } from './pod-writer.ts';

const RETRY_MS = 200;

/**
 * An API server as those use it who outlive its absence, such as kubelets: a request that may pass
 * later is made again, until `isOver`. What an earlier try has created is not created again.
 */
export function patientApi(api: PodsEndpoint, isOver: () => boolean): PodsEndpoint {
  return {
    async request<T>(method: string, path: string, body?: unknown, type?: string): Promise<T> {
      for (let tries = 1; ; tries += 1) {
        try {
          return await api.request<T>(method, path, body, type);
        } catch (error) {
          const status = error instanceof RequestFailed ? error.status : undefined;
          if (method === 'POST' && status === 409 && tries > 1) {
            return await this.request<T>('GET', `${path}/${nameIn(body)}`);
          }
          const isFinal = status !== undefined && status < 500 && status !== 429;
          if (isFinal || isOver()) throw error;
        }
        await sleep(RETRY_MS);
      }
    },
  };
}

function nameIn(body: unknown): string {
  return (body as { metadata: { name: string } }).metadata.name;
}
