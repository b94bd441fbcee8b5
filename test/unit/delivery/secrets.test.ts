import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { Secret } from '../../../src/base/secret.ts';
import { logReporter } from '../../../src/delivery/reporters/log-reporter.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { anyHistory } from '../../support/delivery/any-history.ts';
import { SECRET_MARK } from '../../support/delivery/core-harness.ts';
import { CoreHistory } from '../../support/delivery/core-history.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { driveDelivery } from '../../support/delivery/delivery-driver.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

test('S18 a secret prints as [secret], however it is printed', () => {
  const secret = new Secret(`${SECRET_MARK}-1`);
  const printed = [
    [secret, secret].join(' and '),
    String(secret),
    JSON.stringify({ secret }),
    inspect({ deep: { er: { secret } } }, { depth: 9, showHidden: true }),
    format('%s %o %O %j', secret, secret, secret, secret),
    Object.entries(secret).join(),
    JSON.stringify(structuredClone(Object.assign({}, secret))),
  ];
  for (const text of printed) assert.ok(!text.includes(SECRET_MARK), text);
  assert.equal(secret.reveal(), `${SECRET_MARK}-1`);
});

test('S18 no action prints the token that it carries', () => {
  const web = aCustomer();
  const drive = driveDelivery().acts().sees(web);
  drive.mints(web);
  drive.answers(web, 'token-gone');
  for (const kind of ['push', 'look-up-token', 'destroy'] as const) {
    const [action] = drive.asked(kind);
    assert.match(JSON.stringify(action), /\[secret\]/);
    assert.ok(!inspect(action, { depth: 9 }).includes(SECRET_MARK));
  }
});

/** What a controller logs of these reports, at its most talkative. */
function logged(history: CoreHistory): string[] {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  const reporter = logReporter(createLogger({ level: 'debug', clock: virtualClock(), sink }));
  for (const report of history.reports()) reporter.report(report);
  return lines;
}

test('S18 no log line holds a secret, whatever happens; each is one line of JSON with a message', () => {
  const messages = new Set<string>();
  fc.assert(
    fc.property(anyHistory, (moves) => {
      const history = CoreHistory.of(moves);
      for (const line of logged(history)) {
        assert.ok(!line.includes(SECRET_MARK), line);
        assert.equal(line.indexOf('\n'), line.length - 1);
        const { msg } = JSON.parse(line) as { msg?: unknown };
        assert.ok(typeof msg === 'string' && msg.length > 5 && !msg.includes('undefined'), line);
        messages.add(msg.slice(0, 12));
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(messages.size > 12, `only ${messages.size} kinds of messages were seen`);
});
