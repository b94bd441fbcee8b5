import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { AdminClient } from './admin-client.ts';
import { findBinary } from './process/binaries.ts';
import { freePort } from './process/free-port.ts';
import { ServerProcess } from './process/server-process.ts';
import { ScratchFolder } from './scratch-folder.ts';

/** One series of the answer to a question. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule as Prometheus reports it. */
export interface LoadedRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A real Prometheus; disposing ends it and removes its files. */
export interface Prometheus extends AsyncDisposable {
  /**
   * The answer to a question in PromQL, of this moment.
   * @throws RequestFailed where Prometheus cannot read it
   */
  query(expr: string): Promise<Series[]>;
  rules(): Promise<LoadedRule[]>;
}

/** Starts a Prometheus on 127.0.0.1 with this configuration. */
export async function startPrometheus(config: object): Promise<Prometheus> {
  const path = findBinary('prometheus');
  const folder = new ScratchFolder('prometheus');
  const port = await freePort();
  writeFileSync(folder.file('prometheus.yml'), stringify(config));
  const args = [
    `--config.file=${folder.file('prometheus.yml')}`,
    `--storage.tsdb.path=${folder.file('data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const log = folder.file('log');
  const process = new ServerProcess({ name: 'prometheus', path, args, cwd: folder.path, log });
  const client = new AdminClient(`http://127.0.0.1:${port}`, {});
  try {
    await process.ready(async () => {
      await client.request('GET', '/-/ready');
      return true;
    });
  } catch (error) {
    folder.keep();
    await process.kill();
    throw error;
  }
  type Answer = { data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
  type Rules = { data: { groups: { rules: LoadedRule[] }[] } };
  return {
    async query(expr) {
      const url = `/api/v1/query?query=${encodeURIComponent(expr)}`;
      const { result } = (await client.request<Answer>('GET', url)).data;
      return result.map(({ metric: labels, value }) => ({ labels, value: Number(value[1]) }));
    },
    async rules() {
      const { groups } = (await client.request<Rules>('GET', '/api/v1/rules')).data;
      return groups.flatMap(({ rules }) => rules);
    },
    async [Symbol.asyncDispose]() {
      await process.kill();
      folder.remove();
    },
  };
}

/**
 * Runs promtool to its end.
 * @throws with what it printed, where it finds something wrong
 */
export async function promtool(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(findBinary('promtool'), [...args]);
}
