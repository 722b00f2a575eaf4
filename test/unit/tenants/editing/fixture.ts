import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { EditedFile, Surrounded } from '../../../../src/tenants/editing/edited-file.ts';
import { surrounded } from '../../../../src/tenants/editing/edited-file.ts';
import type { Files } from '../platform-fixture.ts';
import { profile, withPlatform } from '../platform-fixture.ts';

/** Where the cursor is in a text of these tests. */
const cursor = '▮';

/** The text without its mark, and where that was. */
export function atCursor(text: string): { text: string; offset: number } {
  const offset = text.indexOf(cursor);
  assert.notEqual(offset, -1, 'the text has no cursor');
  return { text: text.replace(cursor, ''), offset };
}

/** The sound profile with one text replaced by another, which may have the cursor. */
export function typing(from: string, to: string): string {
  assert.ok(profile.includes(from), `the profile has no ${from}`);
  return profile.replace(from, () => to);
}

/** Gives `use` the profile of tenant shop (or mysimbdp.yaml) as it is being edited, in a platform folder. */
export async function withEdited<T>(
  { text, tenant = 'shop', files = {} }: { text: string; tenant?: string | null; files?: Files },
  use: (edited: Surrounded) => T | Promise<T>,
): Promise<T> {
  const results: T[] = [];
  await withPlatform(files, async ({ root }) => {
    const file: EditedFile =
      tenant === null
        ? { root, file: 'mysimbdp.yaml', text }
        : { root, file: `tenants/${tenant}/tenant.yaml`, tenant, text };
    results.push(await use(await surrounded(file)));
  });
  return results[0] as T;
}

/** A sample for tenant shop, as `files` of a platform folder. */
export function staged(name: string, text: string): Files {
  return { [join('tenants', 'shop', 'staging', name)]: text };
}
