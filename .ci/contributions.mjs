// npm run contributions: writes package.json's `contributes`, and package.nls.json, from src/extension/contributions.
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { activationEvents, allContributions } from '../src/extension/contributions/all.ts';

const path = new URL('../package.json', import.meta.url);
const manifest = JSON.parse(await readFile(path, 'utf8'));
const { contributes, texts } = allContributions();
manifest.activationEvents = activationEvents();
manifest.contributes = contributes;
await writeFile(path, await inLayout(manifest));
await writeFile(new URL('../package.nls.json', import.meta.url), await inLayout(texts));

function inLayout(value) {
  return format(JSON.stringify(value), { parser: 'json-stringify' });
}
