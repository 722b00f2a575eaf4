import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file in an app's folder that says what else there is no code of it, or is code all the same. */
export const ignoreFile = '.mysimbdpignore';

/** Of a file called `state` or `cache`: with any other ending it may be code. */
const dataEndings = ['json', 'txt', 'csv', 'bin', 'dat'];

/** What an app, or what runs it, writes where it works, and no name that a module may have. A folder ends with a slash. */
const notCode = [
  ...['node_modules/', '__pycache__/', '.git/', '.venv/', '.cache/', 'log/', 'logs/', 'temp/', 'tmp/'],
  ...['*.log', '*.log.*', '*.tmp', '*.temp', '*.bak', '*.swp', '*.pid', '*.sock', '*.pyc', '*.cache'],
  ...dataEndings.flatMap((ending) => [`cache.${ending}`, `state.${ending}`]),
  ...['*.state', '*.db', '*.db-*', '*.sqlite', '*.sqlite-*', '*.sqlite3', '*.sqlite3-*'],
];

interface Rule {
  pattern: RegExp;
  isCode: boolean;
  /** Whether it is about folders alone. */
  ofFolders: boolean;
}

/** Which files in the folder of an app are its code: another app is known by them. */
export class AppFiles {
  readonly #rules: readonly Rule[];

  private constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  static async of(folder: string): Promise<AppFiles> {
    const written = await readFile(join(folder, ignoreFile), 'utf8').catch(() => '');
    const lines = written.split('\n').map((line) => line.trim());
    return new AppFiles([...notCode, ...lines.filter((line) => line !== '' && !line.startsWith('#'))].map(ruleOf));
  }

  /** @param path below the folder, with slashes; the last rule that fits it, or its name, counts */
  isCode(path: string, isFolder: boolean): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const rule = this.#rules.findLast(
      ({ pattern, ofFolders }) => (isFolder || !ofFolders) && (pattern.test(path) || pattern.test(name)),
    );
    return rule?.isCode ?? true;
  }
}

/** `*` stands for any part of a name, `!` before it for what is code. */
function ruleOf(line: string): Rule {
  const isCode = line.startsWith('!');
  const ofFolders = line.endsWith('/');
  const path = line.slice(isCode ? 1 : 0, ofFolders ? -1 : undefined).replace(/^\//, '');
  const source = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return { pattern: new RegExp(`^${source}$`), isCode, ofFolders };
}
