// The library's dependency injection insists on these at import time; it works without what they would tell.
Object.assign(Reflect, {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
});

/** An X.509 library that shares no code with the project or with Node. */
export const x509 = await import('@peculiar/x509');
