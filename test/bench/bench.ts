// npm run bench -- <name>: figures that belong into no test, each beside its peer and taken in one run.

const benches: Record<string, () => Promise<void>> = {
  batch: async () => (await import('./batch.ts')).benchBatch(),
  tenants: async () => (await import('./tenants.ts')).benchTenants(),
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (!bench) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join('|')}\n`);
  process.exit(2);
}
await bench();

export {};
