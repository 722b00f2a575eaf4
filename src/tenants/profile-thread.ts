import { PlatformFolder } from '../foundation/platform-folder.ts';
import { serveThread, threadInput } from '../foundation/thread-call.ts';
import type { SampleProposal } from './csv-proposal.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { EditingCalls } from './editing/editing-calls.ts';
import type { LoadedPlatform } from './load.ts';
import { loadPlatform } from './load.ts';
import { TenantFileCache } from './tenant-file-cache.ts';

/** What the profile thread offers. */
export interface ProfileCalls extends EditingCalls {
  load(): Promise<LoadedPlatform>;
  /** Of a load only what is wrong. */
  problems(): Promise<Diagnostic[]>;
  /** As `csv-proposal.ts` has it. */
  examineSample(path: string): Promise<SampleProposal>;
  countSharedKeys(path: string, indexes: readonly number[]): Promise<number>;
}

const root = threadInput<string>();

const cache = new TenantFileCache();
/** A platform reads profiles; it neither edits them nor makes tenants of samples. */
const editing = async () => (await import('./editing/editing-calls.ts')).editingCalls;
const samples = () => import('./csv-proposal.ts');

const load = () => loadPlatform(new PlatformFolder(root), cache);

serveThread({
  load,
  problems: async () => (await load()).diagnostics,
  check: async (...request: Parameters<EditingCalls['check']>) => (await editing()).check(...request),
  proposals: async (...request: Parameters<EditingCalls['proposals']>) => (await editing()).proposals(...request),
  hover: async (...request: Parameters<EditingCalls['hover']>) => (await editing()).hover(...request),
  fixes: async (...request: Parameters<EditingCalls['fixes']>) => (await editing()).fixes(...request),
  apps: async (...request: Parameters<EditingCalls['apps']>) => (await editing()).apps(...request),
  examineSample: async (path: string) => (await samples()).examineSample(path),
  countSharedKeys: async (path: string, indexes: readonly number[]) => (await samples()).countSharedKeys(path, indexes),
} satisfies Record<keyof ProfileCalls, unknown>);
