import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { countAllWholeFiles } from '../quarantine/whole-files.ts';

interface Source {
  readonly folder: PlatformFolder;
}

interface Look {
  version: string;
  files: number;
}

/** How many files lie in the quarantine of tenants, as it was last seen: looked at anew when something may have changed it. */
export class QuarantinedFiles {
  readonly #changed: () => void;
  readonly #looks = new WeakMap<Source, Map<string, Look>>();

  /** @param changed called when `count` would give something else */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param version another one when files may have come or gone */
  count(source: Source, tenant: string, version: string): number {
    const looks = this.#looks.get(source) ?? new Map<string, Look>();
    this.#looks.set(source, looks);
    const before = looks.get(tenant);
    if (before?.version === version) return before.files;
    const look = { version, files: before?.files ?? 0 };
    looks.set(tenant, look);
    countAllWholeFiles(source.folder, tenant).then(
      (files) => {
        // Meanwhile there may be more to see: that look tells.
        if (looks.get(tenant) !== look || look.files === files) return;
        look.files = files;
        this.#changed();
      },
      () => undefined,
    );
    return look.files;
  }
}
