import { readFileSync } from 'node:fs';

/** Bytes that have passed each network device of this network namespace, both ways, by its name. */
export function linkBytes(): Map<string, number> {
  return bytesIn(readFileSync('/proc/net/dev', 'utf8'));
}

/**
 * Reads proc_net_dev(5): two lines of headings, then for each device its name, eight counters of what it
 * has received and eight of what it has sent; each eight begin with the bytes.
 */
export function bytesIn(text: string): Map<string, number> {
  const lines = text.trimEnd().split('\n').slice(2);
  return new Map(
    lines.map((line) => {
      const [name = '', counters = ''] = line.split(':');
      const numbers = counters.trim().split(/\s+/).map(Number);
      return [name.trim(), (numbers[0] ?? Number.NaN) + (numbers[8] ?? Number.NaN)];
    }),
  );
}
