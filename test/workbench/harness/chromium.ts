import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macApplications = ['Chromium', 'Google Chrome'];

/** The path of a Chromium: what MYSIMBDP_CHROMIUM names, one on the PATH or among the applications, or playwright's own. */
export function chromiumProgram(): string | undefined {
  const named = process.env.MYSIMBDP_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...(process.platform === 'darwin'
      ? macApplications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
      : []),
    chromium.executablePath(),
  ];
  return places.find((path) => existsSync(path));
}
