/** Work that goes on beside what is measured, at most `width` items at a time, in the order added. */
export interface Background<T> {
  add(item: T): void;
  /**
   * Resolves when everything added so far has been done.
   * @throws the first error of the work
   */
  drained(): Promise<void>;
}

export function createBackground<T>(
  width: number,
  work: (item: T) => Promise<void>,
): Background<T> {
  const queue: T[] = [];
  const workers = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  return {
    add(item) {
      queue.push(item);
      if (workers.size >= width) return;
      const running: Promise<void> = worker()
        .catch((error: unknown) => void failures.push(error))
        .finally(() => workers.delete(running));
      workers.add(running);
    },
    async drained() {
      while (workers.size > 0) await Promise.all(workers);
      if (failures.length > 0) throw failures[0];
    },
  };
}
