// npm run l10n: writes the texts that the extension shows into l10n/bundle.l10n.json, from which translations are made.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { shownTexts } from './l10n-texts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await mkdir(`${root}l10n`, { recursive: true });
await writeFile(
  `${root}l10n/bundle.l10n.json`,
  await format(JSON.stringify(shownTexts(root)), { parser: 'json-stringify' }),
);
