import { itemsProfile, itemsTables, type TenantFixture } from './platform-fixture.ts';

/** What an app does that it should not, as a tenant of its own, and why its run fails. */
export interface Misbehaviour {
  tenant: string;
  /** A module; or a Node script as a command, behind `commandPrelude`. */
  module?: string;
  script?: string;
  /** What is started instead of the script. */
  command?: string[];
  /** Lines that are added to the app in the profile. */
  settings?: string;
  cause: string | RegExp;
  says: RegExp;
}

/** A module whose `wrangle(row, context)` does this, behind `above`. */
export const wrangling = (body: string, above = '') => `
import { defineBatchApp } from 'mysimbdp/sdk';
${above}
export default defineBatchApp({ wrangle(row, context) { ${body} } });
`;

/** How scripts read and answer: `questions()`, `keep`, `answer`; `forEver()` stays, `beget(program, …)` starts and leaves. */
export const commandPrelude = `
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
const answer = (reply) => writeSync(1, JSON.stringify(reply) + '\\n');
const keep = ({ id, row }) => answer({ id, rows: [{ ...row, checked: true }] });
const questions = async function* () {
  for await (const line of createInterface({ input: process.stdin })) yield JSON.parse(line);
};
const forEver = () => setInterval(() => {}, 1000);
/** A child of a process group of its own, which nobody waits for. */
const beget = (program, ...args) => {
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.unref();
  appendFileSync('children', child.pid + '\\n');
};
`;

/** Seconds that an app may take over a chunk, where it is meant to take longer. */
export const short = 'chunkTimeoutSeconds: 3';

/** Profile and files of a tenant whose app is a command. */
export function commandTenant(name: string, script: string, command?: string[], settings = ''): TenantFixture {
  return {
    name,
    profile: `
batch: { files: { settleSeconds: 0 } }
${itemsTables}
apps:
  - name: items
    kind: batch
    command: ${JSON.stringify(command ?? [process.execPath, 'app.mjs'])}
    files: "*.csv"
    format: { type: csv }
    table: items
    ${settings}
`,
    files: { 'apps/items/app.mjs': commandPrelude + script },
  };
}

export function misbehavingTenant({
  tenant,
  module,
  script = '',
  command,
  settings = '',
}: Misbehaviour): TenantFixture {
  if (module === undefined) return commandTenant(tenant, script, command, settings);
  return { name: tenant, profile: itemsProfile({ app: settings }), files: { 'apps/items/app.ts': module } };
}

/** What takes from others as long as nobody stops it. */
export const greedy: Record<string, Misbehaviour> = {
  'loops for ever': {
    tenant: 'loops',
    module: wrangling('while (true);'),
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s.*chunkTimeoutSeconds/,
  },
  'leaks objects': {
    tenant: 'leaks_objects',
    module: wrangling('for (;;) kept.push({ row, more: [kept.length] });', 'const kept = [];'),
    settings: 'resources: { memoryMb: 256 }',
    cause: /^(APP|RUN)_OUT_OF_MEMORY$/,
    says: /memory.*256 MiB.*keep nothing from record to record/,
  },
  'leaks buffers': {
    tenant: 'leaks_buffers',
    module: wrangling(
      'return (async () => { for (;;) { kept.push(Buffer.alloc(4e6, 1)); await pause(5); } })();',
      "import { setTimeout as pause } from 'node:timers/promises';\nconst kept = [];",
    ),
    settings: 'resources: { memoryMb: 300 }',
    cause: 'RUN_OUT_OF_MEMORY',
    says: /used \d+ MiB of memory, more than the 300 MiB/,
  },
  'forks a hundred children and hangs': {
    tenant: 'forks_many',
    script: "for (let i = 0; i < 100; i++) beget('sleep', '600'); forEver();",
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s/,
  },
  'forks children that take memory': {
    tenant: 'forks_large',
    script: `
      const hoard = 'const kept = Buffer.alloc(60e6, 1); setInterval(() => kept.length, 1000)';
      for (let i = 0; i < 12; i++) beget(process.execPath, '-e', hoard);
      forEver();`,
    cause: 'RUN_OUT_OF_MEMORY',
    says: /used \d+ MiB of memory, more than the 512 MiB/,
  },
  'floods its log with a gigabyte': {
    tenant: 'floods',
    script: `
      const lines = Buffer.from(('x'.repeat(99) + '\\n').repeat(10_000));
      for await (const question of questions()) {
        for (let i = 0; i < 1000; i++) for (let at = 0; at < lines.length; ) at += writeSync(2, lines, at);
        writeSync(2, 'last words\\n');
        process.exit(3);
      }`,
    cause: 'APP_EXITED',
    says: /with status 3 before it had answered every record; its last words: .*last words/s,
  },
  'floods its log for ever': {
    tenant: 'floods_on',
    script: "const some = Buffer.alloc(1e6, 'x'); for await (const _ of questions()) for (;;) writeSync(2, some);",
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s/,
  },
  'prints binary rubbish for ever': {
    tenant: 'rubbish',
    script: `
      const rubbish = Buffer.from(Array.from({ length: 1e6 }, (_, i) => (i * 7919) % 256));
      for await (const _ of questions()) for (;;) writeSync(1, rubbish);`,
    cause: 'APP_PROTOCOL',
    says: /a line that is not JSON/,
  },
  'ends half-way as if all were well': {
    tenant: 'ends',
    script:
      "for await (const question of questions()) { keep(question); if (question.row.id === '2') process.exit(0); }",
    cause: 'APP_EXITED',
    says: /with status 0 before it had answered every record/,
  },
  'never reads': {
    tenant: 'deaf',
    script: 'forEver();',
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s/,
  },
  'closes its output early': {
    tenant: 'mute',
    script: 'for await (const question of questions()) { keep(question); closeSync(1); forEver(); break; }',
    cause: 'APP_PROTOCOL',
    says: /closed its stdout before it had answered every record/,
  },
};

/** Other modules that fail, each in a way of its own. */
export const brokenModules: Record<string, Misbehaviour> = {
  'a syntax error': {
    tenant: 'syntax',
    module: 'export default {\n  wrangle(row { return row; },\n};\n',
    cause: 'APP_LOAD_FAILED',
    says: /apps\/items\/app\.ts cannot be loaded: .*\(2:\d+\).*export default defineBatchApp/,
  },
  'an error while it is loaded': {
    tenant: 'thrown',
    module: "const setting: string | undefined = undefined;\nif (!setting) throw new Error('there is no setting');\n",
    cause: 'APP_LOAD_FAILED',
    says: /there is no setting \(.*apps\/items\/app\.ts, line 2\)/,
  },
  'an import that does not exist': {
    tenant: 'import_missing',
    module: "import { x } from './nothing.ts';\nexport default { wrangle: () => x };\n",
    cause: 'APP_LOAD_FAILED',
    says: /Cannot find module .*nothing\.ts/,
  },
  'no default export': {
    tenant: 'no_export',
    module: 'export function wrangle(row) { return row; }\n',
    cause: 'APP_LOAD_FAILED',
    says: /it has no default export.*export default defineBatchApp/,
  },
  'a default export that is no app': {
    tenant: 'no_app',
    module: 'export default { wrangel(row) { return row; } };\n',
    cause: 'APP_LOAD_FAILED',
    says: /no function wrangle/,
  },
  'an endless loop while it is loaded': {
    tenant: 'endless_load',
    module: 'while (true);',
    settings: short,
    cause: 'APP_HUNG',
    says: /was not ready within 3 s/,
  },
  'a promise that is never kept': {
    tenant: 'never',
    module: wrangling('return new Promise(() => {});'),
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s/,
  },
  'a call that blocks its thread': {
    tenant: 'blocked',
    module: wrangling(
      "spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 600000)']);",
      "import { spawnSync } from 'node:child_process';",
    ),
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer a record within 3 s/,
  },
  'process.exit': {
    tenant: 'exit',
    module: wrangling('process.exit(0);'),
    cause: 'APP_EXITED',
    says: /ended itself with code 0 before it had answered every record.*must not call process\.exit/,
  },
  'a rejected promise that nobody awaits': {
    tenant: 'rejection',
    module: wrangling(
      "setTimeout(() => void Promise.reject(new Error('nobody heard')), 0); return new Promise(() => {});",
    ),
    cause: 'APP_FAILED',
    says: /failed outside wrangle: nobody heard \(.*app\.ts, line \d+\).*promise that nobody awaits/,
  },
  'too long over a file': {
    tenant: 'slow',
    module: wrangling('return new Promise(() => {});'),
    settings: 'resources: { timeoutSeconds: 2 }',
    cause: 'FILE_TIMEOUT',
    says: /items\.csv took longer than the 2 s.*timeoutSeconds/,
  },
};

/** Other commands that fail, each in a way of its own. */
export const brokenCommands: Record<string, Misbehaviour> = {
  'ends half-way with a status': {
    tenant: 'ends_3',
    script: `
      for await (const question of questions()) {
        if (question.row.id === '3') { console.error('out of coffee'); process.exit(3); }
        keep(question);
      }`,
    cause: 'APP_EXITED',
    says: /with status 3 before it had answered every record; its last words: out of coffee/,
  },
  'is killed': {
    tenant: 'killed',
    script: "for await (const _ of questions()) process.kill(process.pid, 'SIGKILL');",
    cause: 'APP_EXITED',
    says: process.platform === 'win32' ? /ended/ : /by signal SIGKILL/,
  },
  'talks but does not answer': {
    tenant: 'chatty',
    script: "setInterval(() => console.error('still at it'), 100);",
    settings: short,
    cause: 'APP_HUNG',
    says: /did not answer/,
  },
  'prints a line of rubbish': {
    tenant: 'rubbish_line',
    script: "for await (const _ of questions()) writeSync(1, Buffer.from('00ff8a0afe80c0c10a', 'hex'));",
    cause: 'APP_PROTOCOL',
    says: /a line that is not JSON: .*logs go to stderr/,
  },
  'answers a record twice': {
    tenant: 'twice',
    script: 'for await (const question of questions()) { keep(question); keep(question); }',
    cause: 'APP_PROTOCOL',
    says: /it answered 1, which was not asked or is answered already/,
  },
  'answers what was not asked': {
    tenant: 'unasked',
    script: 'for await (const _ of questions()) answer({ id: 77, rows: [] });',
    cause: 'APP_PROTOCOL',
    says: /it answered 77, which was not asked/,
  },
  'answers nothing to a record': {
    tenant: 'vague',
    script: 'for await (const { id } of questions()) answer({ id });',
    cause: 'APP_PROTOCOL',
    says: /neither "rows" nor "reject": \{"id":1\}/,
  },
  'prints a line without end': {
    tenant: 'endless',
    script: "const some = Buffer.alloc(1e6, 'x'); for await (const _ of questions()) for (;;) writeSync(1, some);",
    cause: 'APP_PROTOCOL',
    says: /a line of its output is longer than \d+ characters/,
  },
  'is no program': {
    tenant: 'missing',
    command: ['no-such-program', 'app.mjs'],
    cause: 'APP_START_FAILED',
    says: /the command no-such-program app\.mjs cannot be started: .*ENOENT.*is installed/,
  },
};
