import { APPS } from './apps.ts';
import { kubectlWith } from './kubectl.ts';
import { type PodSeen, podsOf } from './pods.ts';

/** What a client of the metrics has: PEM. */
export interface MetricsClient {
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** Asks as a program in the cluster does, and says the status and the first metrics, or the error. */
const ASKS = `
  const { text } = require('node:stream/consumers');
  text(process.stdin).then((input) => {
    const { host, ca, certificate: cert, key } = JSON.parse(input);
    const servername = 'kubernetes-vault';
    const options = { host, port: 9102, path: '/metrics', ca, cert, key, servername };
    const request = require('node:https').get(options, async (answer) => {
      console.log(answer.statusCode, (await text(answer)).slice(0, 20_000));
    });
    request.on('error', (error) => console.log('error', error.message));
  });
`;

/** Asks a controller for its metrics from a pod of the sample app. */
export async function askForMetrics(controller: PodSeen, client: MetricsClient): Promise<string> {
  const [app] = await podsOf(APPS, 'app=sample-app');
  const where = [
    `--namespace=${APPS}`,
    '--stdin',
    app?.metadata.name ?? '',
    '--container=sample-app',
  ];
  const input = JSON.stringify({ host: controller.status.podIP, ...client });
  return kubectlWith(input, 'exec', ...where, '--', '/usr/bin/node', '--eval', ASKS);
}
