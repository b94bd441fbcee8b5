const tasks: (() => void)[] = [];
let isDone = false;

process.once('exit', runAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    runAll();
    process.kill(process.pid, signal);
  });
}

/** Has `task` done when this process ends, by itself or by a signal; the last one added is first. */
export function atEnd(task: () => void): void {
  tasks.unshift(task);
}

function runAll(): void {
  if (isDone) return;
  isDone = true;
  for (const task of tasks) task();
}
