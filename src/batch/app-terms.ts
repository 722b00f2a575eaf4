import { createHash } from 'node:crypto';
import type { BatchApp } from '../tenants/effective-profile.ts';

/** What the profile says of an app, as one text that changes with it. */
export function appTerms(app: BatchApp): string {
  const { code, ...terms } = app;
  const command = code.form === 'command' ? code.command : null;
  return createHash('sha256')
    .update(JSON.stringify({ ...terms, folder: '', command }))
    .digest('hex');
}
