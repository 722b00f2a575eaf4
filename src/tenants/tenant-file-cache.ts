import { lstat, stat } from 'node:fs/promises';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { PlatformFileContent } from './platform-file.ts';
import type { TenantFile } from './tenant-file.ts';
import { readTenant } from './tenant-file.ts';

/** A file that was changed so lately may change again without a new time: clocks of file systems tick coarsely. Milliseconds. */
const settledMs = 2000;

/**
 * Remembers the profiles without any diagnostic, so that one change among a thousand does not read them all again. Whatever has
 * a mistake is read anew each time, for what it lacks may have come.
 */
export class TenantFileCache {
  readonly #kept = new Map<string, { key: string; surroundings: string; file: TenantFile }>();
  #platformText = '';

  /** Profiles are checked against mysimbdp.yaml: with another text of it nothing that is known of them holds. */
  platformIs(text: string): void {
    if (text === this.#platformText) return;
    this.#platformText = text;
    this.#kept.clear();
  }

  /** As `readTenant`. */
  async read(folder: PlatformFolder, tenant: string, platform: PlatformFileContent): Promise<TenantFile | undefined> {
    const stamp = await stat(folder.profile(tenant), { bigint: true }).catch(() => undefined);
    const key = stamp && `${stamp.ino}:${stamp.size}:${stamp.mtimeNs}:${stamp.ctimeNs}`;
    const kept = this.#kept.get(tenant);
    if (kept && kept.key === key && kept.surroundings === (await surroundingsOf(folder, kept.file))) return kept.file;
    this.#kept.delete(tenant);
    const readAt = Date.now();
    const file = await readTenant(folder, tenant, platform);
    const settled = stamp !== undefined && readAt - Number(stamp.ctimeNs / 1_000_000n) > settledMs;
    if (file?.profile && file.diagnostics.length === 0 && key !== undefined && settled) {
      const surroundings = await surroundingsOf(folder, file);
      // The document that it was parsed to is larger than all else and not needed any more.
      this.#kept.set(tenant, { key, surroundings, file: { ...file, source: undefined } });
    }
    return file;
  }

  /** Forgets tenants that are gone. */
  keepOnly(tenants: readonly string[]): void {
    const present = new Set(tenants);
    for (const tenant of this.#kept.keys()) if (!present.has(tenant)) this.#kept.delete(tenant);
  }
}

/** What a profile was checked against beside its text: that its folders are where they belong, and its apps there. */
async function surroundingsOf(folder: PlatformFolder, { tenant, profile }: TenantFile): Promise<string> {
  const entries = (profile?.apps ?? []).flatMap(({ folder: app, code }) =>
    code.form === 'module' ? [app, code.entry] : [app],
  );
  const paths = [folder.tenant(tenant), folder.staging(tenant), ...entries];
  const looks = await Promise.all(
    // Inode and mode: a link in the place of a folder is noticed, and what is gone.
    paths.map((path) =>
      lstat(path).then(
        ({ ino, mode }) => `${ino}:${mode}`,
        () => '-',
      ),
    ),
  );
  return looks.join(' ');
}
