import { randomInt } from 'node:crypto';

/** Addresses of loopback for the pods of one test: another process has others. */
export function podAddresses(): () => string {
  const network = randomInt(32, 250);
  let last = randomInt(0, 100) * 256;
  return () => {
    last += 1;
    if (last % 256 === 0 || last % 256 === 255) last += 2;
    return `127.${network}.${last >> 8}.${last & 0xff}`;
  };
}
