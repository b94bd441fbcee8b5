import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Whether an address lies in one of the blocks, which are CIDRs or single addresses. */
export function inBlocks(blocks: readonly string[], address: string | undefined): boolean {
  const ip = address?.replace(/^::ffff:/, '') ?? '';
  const family = isIPv4(ip) ? 'ipv4' : isIPv6(ip) ? 'ipv6' : undefined;
  if (family === undefined) return false;
  const list = new BlockList();
  for (const block of blocks) {
    const [base = '', prefix] = block.split('/');
    const bits = Number(prefix ?? (isIPv4(base) ? 32 : 128));
    list.addSubnet(base, bits, isIPv4(base) ? 'ipv4' : 'ipv6');
  }
  return list.check(ip, family);
}

/** The first entry that is no CIDR block. */
export function notACidr(blocks: readonly string[]): string | undefined {
  return blocks.find((block) => {
    const [base = '', prefix] = block.split('/');
    const most = isIPv4(base) ? 32 : isIPv6(base) ? 128 : -1;
    return !/^\d+$/.test(prefix ?? '') || Number(prefix) > most;
  });
}
