/**
 * The name that was probably meant by `written`, or undefined if none is near: a few letters wrong,
 * or one of the two part of the other. Case does not count.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const near = names
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => isNear(lower, name.toLowerCase(), distance))
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

function isNear(written: string, name: string, distance: number): boolean {
  const longer = Math.max(written.length, name.length);
  if (distance <= Math.max(1, Math.floor(longer / 3))) return true;
  const shorter = Math.min(written.length, name.length);
  return shorter >= 4 && (written.includes(name) || name.includes(written));
}

/** No name is longer; what is longer is near to none, and comparing it would only take time. */
const LONGEST = 64;

/** Insertions, deletions, substitutions and swaps of neighbours that lead from `a` to `b`. */
function editDistance(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, swap));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
