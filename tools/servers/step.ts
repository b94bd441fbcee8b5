const heartbeatMs = 30_000;

/**
 * Does one step of which a person sees what it is, that it still goes on, and when it is done.
 * @param what the line that announces it, with about how long it takes.
 * @param short the name that its later lines begin with.
 */
export async function step<T>(what: string, short: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  console.log(`${what} …`);
  const heartbeat = setInterval(() => console.log(`${short}: ${seconds()} s so far`), heartbeatMs);
  try {
    const result = await work();
    console.log(`${short}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
