import assert from 'node:assert/strict';
import type { Files } from './platform-fixture.ts';
import { load, platformFile, platformWith, profile, profileWith, shown } from './platform-fixture.ts';

const tenantFile = 'tenants/shop/tenant.yaml';

interface Mistake {
  name: string;
  files: Files;
  /** line:column severity code, of everything that is reported; the file where it is not the tenant's. */
  found: string[];
  message?: RegExp;
  suggestion?: string;
}

const app = (more: string) => profileWith(['    table: sales\n', `    table: sales\n${more}`]);
const secondApp = (name: string, files: string) =>
  app(
    `  - name: ${name}\n    kind: batch\n    entry: apps/sales/app.ts\n    files: "${files}"\n    format: { type: ndjson }\n    table: sales\n`,
  );

const mistakes: Mistake[] = [
  {
    name: 'a tab as indentation',
    files: { [tenantFile]: 'tenant: shop\n\tplan: gold\n' },
    found: ['2:1 error YAML_SYNTAX'],
  },
  {
    name: 'an unclosed bracket',
    files: profileWith(['[id]', '[id']),
    found: ['13:5 error YAML_SYNTAX'],
  },
  {
    name: 'a key written twice',
    files: profileWith(['plan: gold', 'plan: gold\nplan: gold']),
    found: ['3:1 error DUPLICATE_KEY'],
    message: /`plan` appears twice; it is first on line 2/,
  },
  {
    name: 'a table written twice',
    files: profileWith(['apps:', '  sales: { columns: { id: text }, partitionKey: [id] }\napps:']),
    found: ['14:3 error DUPLICATE_KEY'],
  },
  {
    name: 'a list as a key',
    files: profileWith(['plan: gold', 'plan: gold\n? [a]\n: b']),
    found: ['1:1 error UNKNOWN_KEY', '3:3 error INVALID_KEY'],
  },
  {
    name: 'an empty file',
    files: { [tenantFile]: '' },
    found: ['1:1 error WRONG_TYPE'],
    message: /the file must be a map, found nothing/,
  },
  {
    name: 'a file that is a list',
    files: { [tenantFile]: '- a\n' },
    found: ['1:1 error WRONG_TYPE'],
    message: /found a list/,
  },
  {
    name: 'bytes that are not UTF-8',
    files: { [tenantFile]: Buffer.from('tenant: shop\nplan: g\xf6ld\n', 'latin1') },
    found: ['2:1 error NOT_UTF8'],
  },
  {
    name: 'more than a quarter of a megabyte',
    files: { [tenantFile]: `# ${'x'.repeat(256 * 1024)}\n${profile}` },
    found: ['1:1 error FILE_TOO_LARGE'],
  },
  {
    name: 'aliases that explode',
    files: {
      [tenantFile]: `a: &a [x, x]\n${Array.from('bcdefghij')
        .map(
          (c, i) =>
            `${c}: &${c} [${Array(9)
              .fill(`*${'abcdefghij'[i] ?? ''}`)
              .join(', ')}]\n`,
        )
        .join('')}`,
    },
    found: ['1:1 error TOO_MANY_ALIASES'],
  },

  {
    name: 'aliases that explode, in mysimbdp.yaml',
    files: { 'mysimbdp.yaml': `${platformFile}x: &x [y]\nz: [${Array(101).fill('*x').join(', ')}]\n` },
    found: ['mysimbdp.yaml:1:1 error TOO_MANY_ALIASES'],
  },
  {
    name: 'an alias that holds itself',
    files: profileWith(['plan: gold', 'plan: &plan [*plan]']),
    found: ['2:13 error WRONG_TYPE'],
    message: /must be a text, found a list/,
  },
  {
    name: 'an alias without its anchor',
    files: profileWith(['      id: text', '      id: &kind text'], ['price: double', 'price: *kin']),
    found: ['10:14 error UNKNOWN_ANCHOR'],
    message: /no anchor &kin in front of the alias \*kin/,
    suggestion: 'kind',
  },
  {
    name: 'an alias in front of its anchor',
    files: profileWith(['      id: text', '      id: *kind'], ['price: double', 'price: &kind double']),
    found: ['8:11 error UNKNOWN_ANCHOR'],
  },
  {
    name: 'a merge of maps, which YAML 1.2 does not have',
    files: profileWith(['      id: text', '      <<: { a: int }\n      id: text']),
    found: ['8:7 error INVALID_NAME'],
  },
  {
    name: 'path characters in the name of the tenant',
    files: profileWith(['tenant: shop', 'tenant: ../shop']),
    found: ['1:9 error INVALID_NAME'],
    suggestion: 'shop',
  },
  {
    name: 'path characters in the name of an app',
    files: profileWith(['- name: sales', '- name: ../../sales']),
    found: ['15:11 error INVALID_NAME'],
    suggestion: 'sales',
  },
  {
    name: 'an entry that leaves the tenant and comes back',
    files: profileWith(['entry: apps/sales/app.ts', 'entry: ../shop/../other/app.ts']),
    found: ['17:12 error PATH_OUTSIDE_TENANT'],
  },
  {
    name: 'platform: path characters in the names of tenants',
    files: platformWith(['- name: shop', '- name: ../shop\n  - name: shop/..\n  - name: "a\\\\b"\n  - name: "a\\0"']),
    found: [9, 10, 11, 12].map((line) => `mysimbdp.yaml:${line}:11 error INVALID_NAME`),
    suggestion: 'a',
  },
  {
    name: 'nesting without end',
    files: profileWith(['plan: gold', `plan: ${'['.repeat(500)}${']'.repeat(500)}`]),
    found: ['2:56 error TOO_DEEP'],
  },
  {
    name: 'an unknown key',
    files: profileWith(['maxFiles', 'maxFile']),
    found: ['4:12 error UNKNOWN_KEY'],
    message: /`files` knows no `maxFile`; it takes maxFiles, /,
    suggestion: 'maxFiles',
  },
  {
    name: 'a misspelt required key, as one mistake',
    files: profileWith(['partitionKey', 'partitonKey']),
    found: ['12:5 error UNKNOWN_KEY'],
    suggestion: 'partitionKey',
  },
  {
    name: 'an unknown key within a format',
    files: profileWith(['quote: none', 'qoute: none']),
    found: ['19:43 error UNKNOWN_KEY'],
    suggestion: 'quote',
  },
  {
    name: 'a missing key',
    files: profileWith(['    kind: batch\n', '']),
    found: ['15:5 error MISSING_KEY'],
    message: /item 1 of `apps` lacks `kind`: must be batch/,
  },
  {
    name: 'a section without content',
    files: profileWith(['files: { maxFiles: 2, maxFileSizeMb: 100, extensions: [tsv] }', 'files:']),
    found: ['4:3 error WRONG_TYPE'],
    message: /`files` must be a map, found nothing/,
  },
  {
    name: 'a text where a number belongs',
    files: profileWith(['maxFileSizeMb: 100', 'maxFileSizeMb: abc']),
    found: ['4:40 error WRONG_TYPE'],
    message: /^`maxFileSizeMb` must be a number, found text "abc"$/,
  },
  {
    name: 'a fraction where a whole number belongs',
    files: profileWith(['maxFiles: 2', 'maxFiles: 2.5']),
    found: ['4:22 error WRONG_TYPE'],
    message: /must be a whole number, found number 2.5/,
  },
  {
    name: 'a number that is too small',
    files: profileWith(['maxFiles: 2', 'maxFiles: 0']),
    found: ['4:22 error INVALID_VALUE'],
    message: /must be more than 0, found number 0/,
  },
  {
    name: 'a word that is none of the choices',
    files: profileWith(['extensions: [tsv]', 'refused: quarantin']),
    found: ['4:54 error INVALID_VALUE'],
    message: /must be one of leave, quarantine, found text "quarantin"/,
    suggestion: 'quarantine',
  },
  {
    name: 'an unknown format',
    files: profileWith(['type: csv', 'type: cvs']),
    found: ['19:21 error INVALID_VALUE'],
    suggestion: 'csv',
  },
  {
    name: 'two characters as delimiter',
    files: profileWith(['"\\t"', '"||"']),
    found: ['19:37 error INVALID_VALUE'],
    message: /one ASCII character/,
  },
  {
    name: 'a name with capitals',
    files: profileWith(['    day: date', '    Day: date'], ['[day]', '[Day]']),
    found: ['9:7 error INVALID_NAME'],
    suggestion: 'day',
  },
  {
    name: 'an unknown CQL type',
    files: profileWith(['price: double', 'price: duble']),
    found: ['10:14 error INVALID_CQL_TYPE'],
    message: /the type of `price` 'duble' is not a CQL type$/,
    suggestion: 'double',
  },
  {
    name: 'a type of another system',
    files: profileWith(['price: double', 'price: varchar(20)']),
    found: ['10:14 error INVALID_CQL_TYPE'],
    suggestion: 'varchar',
  },
  {
    name: 'a counter',
    files: profileWith(['price: double', 'price: counter']),
    found: ['10:14 error INVALID_CQL_TYPE'],
    message: /replay/,
  },

  {
    name: 'a table without partition key',
    files: profileWith(['    partitionKey: [id]\n', '']),
    found: ['6:3 error NO_PARTITION_KEY'],
    message: /table `sales` has no partition key/,
  },
  { name: 'an empty partition key', files: profileWith(['[id]', '[]']), found: ['12:19 error NO_PARTITION_KEY'] },
  {
    name: 'a key column that does not exist',
    files: profileWith(['[day]', '[days]']),
    found: ['13:21 error UNKNOWN_COLUMN'],
    suggestion: 'day',
  },
  {
    name: 'a collection in a key',
    files: profileWith(['[day]', '[tags]']),
    found: ['13:21 error INVALID_KEY_TYPE'],
    message: /frozen<list<text>>/,
  },
  {
    name: 'a column in both keys',
    files: profileWith(['[day]', '[day, id]']),
    found: ['13:26 error COLUMN_TWICE_IN_KEY'],
    message: /in the partitionKey already/,
  },

  {
    name: 'an app whose table does not exist',
    files: profileWith(['table: sales', 'table: sale']),
    found: ['20:12 error UNKNOWN_TABLE'],
    suggestion: 'sales',
  },
  {
    name: 'an app without code',
    files: profileWith(['    entry: apps/sales/app.ts\n', '']),
    found: ['15:5 error APP_FORM'],
    message: /neither/,
  },
  {
    name: 'an app with both forms of code',
    files: app('    command: [python3, app.py]\n'),
    found: ['21:5 error APP_FORM'],
    message: /not both/,
  },
  {
    name: 'an entry that is not there',
    files: profileWith(['sales/app.ts', 'sales/ap.ts']),
    found: ['17:12 error ENTRY_NOT_FOUND'],
    suggestion: 'apps/sales/app.ts',
  },
  {
    name: 'an entry that leaves the folder',
    files: { ...profileWith(['apps/sales/app.ts', '../other/app.ts']), 'tenants/other/app.ts': '' },
    found: ['17:12 error PATH_OUTSIDE_TENANT'],
  },
  {
    name: 'an absolute entry',
    files: profileWith(['apps/sales/app.ts', '/etc/passwd']),
    found: ['17:12 error PATH_OUTSIDE_TENANT'],
  },
  {
    name: 'an absolute entry of Windows',
    files: profileWith(['apps/sales/app.ts', 'C:\\app.ts']),
    found: ['17:12 error PATH_OUTSIDE_TENANT'],
  },
  {
    name: 'a program as a module',
    files: { ...profileWith(['app.ts', 'app.py']), 'tenants/shop/apps/sales/app.py': '' },
    found: ['17:12 error ENTRY_NOT_A_MODULE'],
    message: /`command`/,
  },
  {
    name: 'a command of another tenant',
    files: {
      ...profileWith(['entry: apps/sales/app.ts', 'command: [python3, ../../../other/app.py]']),
      'tenants/other/app.py': '',
    },
    found: ['17:24 error PATH_OUTSIDE_TENANT'],
  },
  {
    name: 'a command that is not there',
    files: profileWith(['entry: apps/sales/app.ts', 'command: [./run]']),
    found: ['17:15 error COMMAND_NOT_FOUND'],
  },
  {
    name: 'a command without a folder',
    files: profileWith(['- name: sales', '- name: sale'], ['entry: apps/sales/app.ts', 'command: [cat]']),
    found: ['15:11 error APP_FOLDER_NOT_FOUND'],
    suggestion: 'sales',
  },
  { name: 'two apps with one name', files: secondApp('sales', 'a*.tsv'), found: ['21:11 error DUPLICATE_APP'] },
  { name: 'two apps for the same files', files: secondApp('more', '*.tsv'), found: ['24:12 warning SAME_FILES'] },
  {
    name: 'a glob that matches nothing that is taken',
    files: profileWith(['"*.tsv"', '"*.csv"']),
    found: ['18:12 warning GLOB_NEVER_MATCHES'],
  },
  { name: 'a glob with a folder', files: profileWith(['"*.tsv"', '"in/*.tsv"']), found: ['18:12 error INVALID_GLOB'] },
  {
    name: 'a glob that takes for ever',
    files: profileWith(['"*.tsv"', '"*a*a*a*.tsv"']),
    found: ['18:12 error INVALID_GLOB'],
  },
  {
    name: 'a bad cron expression',
    files: app('    schedule: "61 * * * *"\n'),
    found: ['21:15 error INVALID_SCHEDULE'],
    message: /Invalid value for minute/,
  },
  {
    name: 'a schedule that never comes',
    files: app('    schedule: "0 0 30 2 *"\n'),
    found: ['21:15 error INVALID_SCHEDULE'],
    message: /never comes/,
  },
  {
    name: 'a misspelt schedule',
    files: app('    schedule: on-arival\n'),
    found: ['21:15 error INVALID_SCHEDULE'],
    suggestion: 'on-arrival',
  },
  {
    name: 'no header and no columns',
    files: profileWith(['quote: none', 'header: false']),
    found: ['19:43 error FORMAT_NEEDS_COLUMNS'],
  },
  {
    name: 'a column named twice',
    files: profileWith(['quote: none', 'columns: [a, b, a]']),
    found: ['19:59 error DUPLICATE_COLUMN'],
  },
  {
    name: 'one character for two purposes',
    files: profileWith(['quote: none', 'quote: "\\t"']),
    found: ['19:50 error DELIMITER_AMBIGUOUS'],
  },

  {
    name: 'an unknown plan',
    files: profileWith(['plan: gold', 'plan: golden']),
    found: ['2:7 error UNKNOWN_PLAN'],
    suggestion: 'gold',
  },
  {
    name: 'another name than the folder',
    files: profileWith(['tenant: shop', 'tenant: shops']),
    found: ['1:9 error TENANT_NAME_MISMATCH'],
    suggestion: 'shop',
  },
  {
    name: 'more files in a run than the platform has',
    files: profileWith(['maxFiles: 2', 'maxFiles: 1000000']),
    found: ['4:22 error OVER_PLATFORM_LIMIT'],
    message: /is 1000000, more than the platform's limits.maxFiles of 1000/,
    suggestion: '1000',
  },
  {
    name: 'a size over the platform limit',
    files: profileWith(['maxFileSizeMb: 100', 'maxFileSizeMb: 501']),
    found: ['4:40 error OVER_PLATFORM_LIMIT'],
    message: /is 501, more than the platform's limits.maxFileSizeMb of 500/,
    suggestion: '500',
  },
  {
    name: 'more of a compressed file than a hundred times the largest',
    files: profileWith(['maxFileSizeMb: 100', 'maxDecompressedMb: 50001']),
    found: ['4:44 error OVER_PLATFORM_LIMIT'],
    message: /is 50001, more than the platform's limits.maxDecompressedMb of 50000/,
    suggestion: '50000',
  },
  {
    name: 'memory over the platform limit',
    files: app('    resources: { memoryMb: 2000 }\n'),
    found: ['21:28 error OVER_PLATFORM_LIMIT'],
    message: /2000.*1024/,
    suggestion: '1024',
  },
  {
    name: 'more runs than the platform has',
    files: profileWith(['tables:', '  concurrency: 3\ntables:']),
    found: ['5:16 error OVER_PLATFORM_LIMIT'],
    message: /concurrentRuns of 2/,
    suggestion: '2',
  },
  {
    name: 'an extension that the platform does not take',
    files: profileWith(['[tsv]', '[tsv, exe]']),
    found: ['4:63 error EXTENSION_NOT_ALLOWED'],
  },
  {
    name: 'a quota below the guarantee',
    files: profileWith(['tables:', '  quota: { rowsPerSecond: 10 }\ntables:']),
    found: ['5:27 warning GUARANTEE_OVER_QUOTA'],
  },

  {
    name: 'platform: an unknown key',
    files: platformWith(['memoryMb', 'memory']),
    found: ['mysimbdp.yaml:4:3 error UNKNOWN_KEY'],
    suggestion: 'memoryMb',
  },
  {
    name: 'platform: a bad time zone',
    files: platformWith(['limits:', 'timeZone: Helsinki\nlimits:']),
    found: ['mysimbdp.yaml:2:11 error INVALID_TIME_ZONE'],
    suggestion: 'Europe/Helsinki',
  },
  {
    name: 'platform: a plan over the limit',
    files: platformWith(['{ quota: { mbPerDay: 900 } }', '{ files: { maxFileSizeMb: 900 } }']),
    found: ['mysimbdp.yaml:7:92 error OVER_PLATFORM_LIMIT'],
    suggestion: '500',
  },
  {
    name: 'platform: a tenant registered twice',
    files: platformWith(['- name: shop', '- name: shop\n  - name: shop']),
    found: ['mysimbdp.yaml:10:11 error DUPLICATE_TENANT'],
    message: /first on line 9/,
  },
  {
    name: 'platform: a tenant that is not present',
    files: platformWith(['- name: shop', '- name: shop\n  - name: shopp']),
    found: ['mysimbdp.yaml:10:11 error TENANT_NOT_PRESENT'],
    suggestion: 'shop',
  },
  {
    name: 'platform: more tenants than allowed',
    files: {
      ...platformWith(['limits:', 'limits:\n  maxTenants: 1'], ['- name: shop', '- name: shop\n  - name: bar']),
      'tenants/bar/tenant.yaml': 'tenant: bar\ntables: {}\napps: []\n',
    },
    found: ['mysimbdp.yaml:11:11 error TOO_MANY_TENANTS'],
  },
  {
    name: 'platform: a quota over the capacity',
    files: {
      ...platformWith(['limits:', 'capacity: { rowsPerSecond: 5000 }\nlimits:']),
      ...profileWith(['tables:', '  quota: { rowsPerSecond: 9000 }\ntables:']),
    },
    found: ['5:27 warning OVER_CAPACITY'],
  },
  {
    name: 'platform: guarantees over the capacity',
    files: platformWith(['limits:', 'capacity: { rowsPerSecond: 500 }\nlimits:']),
    found: ['mysimbdp.yaml:2:28 warning GUARANTEES_OVER_CAPACITY'],
  },
  {
    name: 'two profiles that declare one tenant',
    files: { 'tenants/bar/tenant.yaml': 'tenant: shop\ntables: {}\napps: []\n' },
    found: [
      'tenants/bar/tenant.yaml:1:9 error TENANT_NAME_MISMATCH',
      'tenants/bar/tenant.yaml:1:9 error DUPLICATE_TENANT',
    ],
    suggestion: 'bar',
  },
  {
    name: 'a folder whose name no tenant can have',
    files: { 'tenants/Gift Card/tenant.yaml': 'tenant: a\n' },
    found: ['tenants/Gift Card/tenant.yaml:1:1 error INVALID_NAME'],
    suggestion: 'gift_card',
  },
];

describe('a mistake in a profile is found at its place', () => {
  it('and a sound platform has none', async () => {
    const { diagnostics, settings, profiles } = await load({});
    assert.equal(shown(diagnostics), '');
    assert.ok(settings);
    assert.deepEqual([...profiles.keys()], ['shop']);
  });

  for (const { name, files, found, message, suggestion } of mistakes) {
    it(name, async () => {
      const { diagnostics, profiles, settings } = await load(files);
      const places = diagnostics.map(
        ({ file, line, column, severity, code }) =>
          `${file === tenantFile ? '' : `${file}:`}${line}:${column} ${severity} ${code}`,
      );
      assert.deepEqual(places, found, shown(diagnostics));
      if (message) assert.match(diagnostics.at(-1)!.message, message);
      assert.equal(diagnostics.at(-1)!.suggestion ?? diagnostics[0]!.suggestion, suggestion, shown(diagnostics));
      const ofShop = diagnostics.some(({ file, severity }) => file === tenantFile && severity === 'error');
      assert.equal(
        profiles.has('shop'),
        settings !== undefined && !ofShop,
        'the profile is there when it has no error',
      );
    });
  }
});
