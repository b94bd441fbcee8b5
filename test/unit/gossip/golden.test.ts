import { testGoldenScripts } from '../../support/golden-scripts.ts';
import { playScript } from '../../support/gossip/gossip-script.ts';

for (const layer of ['core', 'serf'] as const) {
  const folder = new URL(`${layer}/golden/`, import.meta.url);
  testGoldenScripts(folder, (script) => playScript(script, layer), `${layer}/`);
}
