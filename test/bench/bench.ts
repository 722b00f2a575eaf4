// npm run bench -- <name> [scene…]: figures that belong into no test, each beside its peer and taken in one run.
import type { Scene } from './scenes.ts';
import { play } from './scenes.ts';

const benches: Record<string, () => Promise<Record<string, Scene>>> = {
  batch: async () => ({
    speed: (await import('./batch/speed.ts')).benchSpeed,
    memory: (await import('./batch/memory.ts')).benchMemory,
    quota: (await import('./batch/quota.ts')).benchQuota,
  }),
  // `npm run bench -- batch --peers`
  'batch --peers': async () => ({ peers: (await import('./peers/peers.ts')).benchPeers }),
  tenants: async () => ({
    fairness: (await import('./tenants/fairness.ts')).benchFairness,
    backlog: (await import('./tenants/backlog.ts')).benchBacklog,
    crowded: (await import('./tenants/crowded.ts')).benchCrowded,
  }),
  extension: async () => ({
    activation: (await import('./extension/activation.ts')).benchActivation,
    ingestion: (await import('./extension/ingestion.ts')).benchIngestion,
    tree: (await import('./extension/tree.ts')).benchTree,
    package: (await import('./extension/package-size.ts')).benchPackageSize,
  }),
};

const [first = '', ...rest] = process.argv.slice(2);
const only = rest.filter((argument) => argument !== '--peers');
const name = rest.includes('--peers') ? `${first} --peers` : first;
const bench = benches[name];
if (!bench) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join('|')} [scene…]\n`);
  process.exit(2);
}
await play(await bench(), only);
