import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeReport } from '../../../../src/gossip/node/report.ts';
import { LOOPBACK } from '../../../support/gossip/live-node.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { recorded } from '../wire/recorded.ts';
import { aStranger, aVictim, ENVELOPE, requireWell, sealedBytes } from './rig.ts';

/** `FUZZ=1000000 SEED=7 tools/node --test test/unit/gossip/node/fuzz.test.ts` for more, or others. */
const PACKETS = Number(process.env['FUZZ'] ?? 4_000);
const SEED = Number(process.env['SEED'] ?? 1);
/** What waits to be read has little room. */
const AT_ONCE = 16;

const BODIES: readonly Uint8Array[] = [
  ...Object.values(recorded.messages),
  ...Object.values(recorded.serf).map((message) => Uint8Array.of(8, ...message)),
];

for (const { title, envelope } of [
  { title: 'in plain', envelope: { label: '', keyring: undefined } },
  { title: 'encrypted by our key', envelope: ENVELOPE },
]) {
  test(`${PACKETS / 2} damaged packets ${title} do a member no harm`, async (t) => {
    let dropped = 0;
    // Counted and forgotten: a million errors take gigabytes.
    const report = ({ kind }: NodeReport) => {
      if (kind === 'dropped') dropped += 1;
    };
    // Whoever is made up of damage lives anywhere, and is not to be called.
    const victim = await aVictim(t, envelope, { rules: { mostMembers: 1 }, report });
    const udp = await aStranger(t);
    const random = seededRandom(SEED);
    for (let count = 0; count < PACKETS / 2; count += 1) {
      const body = BODIES[Math.floor(random() * BODIES.length)] ?? new Uint8Array();
      udp.send(sealedBytes(damaged(body, random), envelope), victim.endpoint.port, LOOPBACK);
      if (count % AT_ONCE === 0) await new Promise((isRead) => setImmediate(isRead));
    }
    await requireWell(t, victim, envelope);
    assert.ok(dropped > PACKETS / 20);
  });
}

/** About a byte in 16 is another. */
function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  return bytes.map((byte) => (random() < 1 / 16 ? Math.floor(random() * 256) : byte));
}
