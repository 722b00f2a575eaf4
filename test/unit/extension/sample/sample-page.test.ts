import assert from 'node:assert/strict';
import type { SamplePage, SampleTexts } from '../../../../src/extension/sample/sample-page.ts';
import { samplePage } from '../../../../src/extension/sample/sample-page.ts';
import { nodeLaunch } from '../../../../src/extension/sample/debug-configuration.ts';
import { sampleContributions } from '../../../../src/extension/contributions/sample.ts';
import type { SampledRecord, SampleResult } from '../../../../src/protocol/samples.ts';
import { sampleResult } from '../../../../src/protocol/samples.ts';

const texts: SampleTexts = {
  running: 'running',
  summary: ({ read, stored }, file) => `${file}: ${read} read, ${stored} stored`,
  more: 'there is more',
  noRecords: 'no records',
  line: 'Line',
  in: 'In',
  out: 'Out',
  filtered: 'filtered out',
  rejected: 'rejected',
  unanswered: 'no answer',
  undecoded: 'unreadable',
  was: (before) => `was ${before}`,
  log: 'log',
  milliseconds: (figure) => `${figure} ms`,
};
const page: SamplePage = {
  nonce: 'n0nce',
  language: 'en',
  title: 'shop · sales',
  links: [{ title: 'Another', href: 'command:x?["y"]' }],
  texts,
};

const record = (changes: Partial<SampledRecord>): SampledRecord => ({
  number: 1,
  line: 2,
  input: ['1', ' a '],
  raw: '1, a ',
  outcome: { kind: 'stored', rows: [['1', 'a']] },
  log: [],
  milliseconds: 0.25,
  ...changes,
});
const result = (records: SampledRecord[], changes: Partial<SampleResult> = {}): SampleResult =>
  sampleResult.parse({
    tenant: 'shop',
    app: 'sales',
    file: 'day.csv',
    columns: ['id', 'name'],
    table: {
      name: 'sales',
      columns: [
        { name: 'id', type: 'int' },
        { name: 'name', type: 'text' },
      ],
      partitionKey: ['id'],
      clusteringKey: [],
    },
    records,
    counts: { read: records.length, stored: 1, filtered: 0, rejected: 0, rows: 1 },
    whole: true,
    log: [],
    fault: null,
    warnings: [],
    seconds: 0.1,
    ...changes,
  });
const html = (records: SampledRecord[], changes: Partial<SampleResult> = {}) =>
  samplePage({ kind: 'result', result: result(records, changes) }, page);

/** What went in, and what came out. */
function sidesOf(text: string): [string, string] {
  const [, into = '', out = ''] = text.split('<section');
  return [into, out];
}

describe('the page of a sample', () => {
  it('allows nothing but its own style', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html([record({})])) ?? [];
    assert.equal(policy, "default-src 'none'; style-src 'nonce-n0nce'");
    assert.doesNotMatch(html([record({})]), /<script| style="| on\w+="/);
  });

  it('shows what went in beside what came out, and marks what was changed', () => {
    const text = html([record({})]);
    const [into, out] = sidesOf(text);
    assert.match(into, /<td title="1">1<\/td><td title=" a "> a <\/td>/);
    assert.match(out, /<td title="1">1<\/td><td class="changed" title="a\nwas {2}a ">a<\/td>/);
  });

  it('has as many lines for a record on both sides, whatever came of it and was said', () => {
    const rows = [
      ['1', 'a'],
      ['2', 'b'],
    ];
    const said = [{ stream: 'stdout' as const, text: 'first\nsecond' }];
    const sides = sidesOf(
      html([
        record({ outcome: { kind: 'stored', rows }, log: said }),
        record({ line: 3, outcome: { kind: 'filtered' }, log: said }),
        record({ line: 4, input: null }),
      ]),
    );
    for (const side of sides)
      assert.deepEqual(
        side
          .split('<tbody')
          .slice(1)
          .map((body) => body.match(/<tr>/g)?.length),
        [4, 3, 1],
      );
  });

  it('tells why a record was rejected, filtered, unreadable or not answered', () => {
    const text = html([
      record({ outcome: { kind: 'rejected', column: 'id', code: 'NOT_A_NUMBER', reason: '"x" is no int' } }),
      record({ outcome: { kind: 'filtered' } }),
      record({
        input: null,
        raw: 'broken <b>',
        outcome: { kind: 'rejected', column: null, code: 'WRONG_COLUMN_COUNT', reason: 'one' },
      }),
      record({ outcome: { kind: 'unanswered' } }),
    ]);
    assert.match(text, /rejected – <strong>id<\/strong>: &quot;x&quot; is no int <code>NOT_A_NUMBER<\/code>/);
    assert.match(text, /<tbody class="filtered">.*filtered out/s);
    assert.match(text, /unreadable<\/span> <code>broken &lt;b&gt;<\/code>/);
    assert.match(text, /no answer/);
  });

  it('shows data, logs and faults as text, whatever is in them', () => {
    const evil = '<script>alert("x")</script>';
    const text = html([record({ input: [evil, evil], log: [{ stream: 'stdout', text: evil }] })], {
      file: evil,
      log: [{ stream: 'stderr', text: evil }],
      fault: { code: 'APP_FAILED', message: evil, hint: evil },
    });
    assert.doesNotMatch(text, /<script/);
    assert.match(text, /role="alert"><strong>APP_FAILED/);
  });

  it('says when there is more, and when there is nothing', () => {
    assert.match(html([record({})], { whole: false }), /day\.csv: 1 read, 1 stored there is more/);
    assert.match(html([]), /no records/);
    assert.match(samplePage({ kind: 'running' }, page), /role="status">running/);
    assert.match(
      samplePage({ kind: 'problem', fault: { code: 'X', message: 'm', hint: 'h' } }, page),
      /<strong>X<\/strong> m<br>h/,
    );
  });
});

describe('debugging on a sample', () => {
  it("launches this very runtime as Node, and passes over the platform's own code", () => {
    const launch = nodeLaunch({
      name: 'sales',
      jobFile: '/storage/job.json',
      tenantFolder: '/p/tenants/shop',
      appFolder: '/p/tenants/shop/apps/sales',
    });
    assert.deepEqual([launch.type, launch.request, launch.runtimeExecutable], ['node', 'launch', process.execPath]);
    assert.equal(launch.env.ELECTRON_RUN_AS_NODE, '1');
    assert.match(launch.program, /dist[/\\]sample-debug\.js$/);
    assert.deepEqual(launch.args, ['/storage/job.json']);
    assert.ok(launch.skipFiles.some((glob) => glob.endsWith('/dist/**')));
  });

  it('is on F5 in the code of an app, and nowhere else', () => {
    const [binding] = (sampleContributions.other?.keybindings ?? []) as { when: string }[];
    const source = /=~ \/(.+)\/ &&/.exec(binding?.when ?? '')?.[1] ?? '';
    const inApp = new RegExp(source);
    assert.ok(inApp.test('/p/tenants/shop/apps/sales/app.ts'));
    assert.ok(inApp.test('c:\\p\\tenants\\shop\\apps\\sales\\lib\\tidy.mjs'));
    assert.equal(inApp.test('/p/tenants/shop/tenant.yaml'), false);
    assert.equal(inApp.test('/p/src/app.ts'), false);
  });
});
