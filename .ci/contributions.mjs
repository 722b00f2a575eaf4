// npm run contributions: writes package.json's `contributes` from src/extension/contributions.
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { activationEvents, allContributions } from '../src/extension/contributions/all.ts';

const path = new URL('../package.json', import.meta.url);
const manifest = JSON.parse(await readFile(path, 'utf8'));
manifest.activationEvents = activationEvents();
manifest.contributes = allContributions();
await writeFile(path, await format(JSON.stringify(manifest), { parser: 'json-stringify' }));
