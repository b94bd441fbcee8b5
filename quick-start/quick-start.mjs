#!/usr/bin/env node
// The entry that every Node can read, so that one that is too old says so instead of stumbling over
// TypeScript: types are stripped by Node itself since 22.18.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./quick-start.ts');
} else {
  console.error(
    `The quick start needs Node.js 22.18 or later; this is ${process.versions.node}: install a current one from https://nodejs.org`,
  );
  process.exitCode = 1;
}
