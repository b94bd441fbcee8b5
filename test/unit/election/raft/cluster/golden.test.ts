import { playScript } from '../../../../support/election/cluster-script.ts';
import { testGoldenScripts } from '../../../../support/golden-scripts.ts';

testGoldenScripts(new URL('golden/', import.meta.url), playScript);
