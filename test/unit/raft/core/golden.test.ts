import { testGoldenScripts } from '../../../support/golden-scripts.ts';
import { playScript } from '../../../support/raft/raft-script.ts';

testGoldenScripts(new URL('golden/', import.meta.url), playScript);
