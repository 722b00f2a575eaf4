import assert from 'node:assert/strict';
import { hoverAt } from '../../../src/tenants/editing/hover.ts';
import { proposalsAt } from '../../../src/tenants/editing/completion.ts';
import { atCursor, withEdited } from './editing/fixture.ts';
import { load, platformFile, shown } from './platform-fixture.ts';

const external = (yaml: string) => ({ 'mysimbdp.yaml': `${platformFile}runtime:\n  kind: external\n${yaml}` });
const cassandra = `  external:
    cassandra:
      contactPoints: [db1.example, "10.0.0.7:9142"]
      localDataCenter: dc1
      user: platform
      password: { env: CASSANDRA_PASSWORD }
`;

describe('runtime.external of mysimbdp.yaml', () => {
  it('is completed: ports, checks of host names, and who provides', async () => {
    const { settings, diagnostics } = await load(external(`${cassandra}      tls: { ca: ca.pem }\n`));
    assert.equal(shown(diagnostics), '');
    assert.deepEqual(settings?.runtime.external, {
      cassandra: {
        contactPoints: [
          { host: 'db1.example', port: 9042 },
          { host: '10.0.0.7', port: 9142 },
        ],
        localDataCenter: 'dc1',
        login: { user: 'platform', password: { env: 'CASSANDRA_PASSWORD' } },
        tls: { ca: 'ca.pem', client: undefined, verifyHostname: true },
        provision: 'existing',
        tenantPassword: undefined,
      },
      kafka: undefined,
    });
  });

  it('takes where the passwords of the tenants are kept, as a pattern with their names', async () => {
    const patterns = ["{ env: 'CASSANDRA_{TENANT}' }", "{ env: 'cassandra_{tenant}' }", "{ file: 'secrets/{tenant}' }"];
    for (const pattern of patterns) {
      const { settings, diagnostics } = await load(external(`${cassandra}      tenantPassword: ${pattern}\n`));
      assert.equal(shown(diagnostics), '');
      assert.ok(settings?.runtime.external.cassandra?.tenantPassword);
    }
  });

  for (const [written, spoken] of [
    ['hunter2', 'a text'],
    ['20231107', 'a number'],
    ['[hunter2]', 'a list'],
  ]) {
    it(`refuses a password in clear (${spoken ?? ''}) at its place, says how to refer to it, and does not repeat it`, async () => {
      const { settings, diagnostics } = await load(
        external(cassandra.replace('{ env: CASSANDRA_PASSWORD }', written ?? '')),
      );
      assert.equal(settings, undefined);
      assert.deepEqual(
        diagnostics.map(({ line, column, code }) => [line, column, code]),
        [[17, 17, 'SECRET_IN_CLEAR']],
      );
      const [{ message } = { message: '' }] = diagnostics;
      assert.match(message, /\{ env: CASSANDRA_PASSWORD \}.*\{ file: secrets\/cassandra_password \}/);
      assert.doesNotMatch(shown(diagnostics), /hunter2|20231107/);
    });
  }

  for (const [name, from, to, code, words] of [
    [
      'a reference to two places',
      '{ env: CASSANDRA_PASSWORD }',
      '{ env: A, file: b }',
      'INVALID_VALUE',
      /either env or file/,
    ],
    ['a reference to nothing', '{ env: CASSANDRA_PASSWORD }', '{}', 'INVALID_VALUE', /either env or file/],
    [
      'a user without a password',
      '      password: { env: CASSANDRA_PASSWORD }\n',
      '',
      'INVALID_VALUE',
      /user and password together/,
    ],
    [
      'a password of tenants that names no tenant',
      '      password:',
      '      tenantPassword: { env: CASSANDRA_TENANTS }\n      password:',
      'INVALID_VALUE',
      /\{tenant\} or \{TENANT\} in it/,
    ],
    [
      'a password of tenants in clear',
      '      password:',
      '      tenantPassword: hunter2\n      password:',
      'SECRET_IN_CLEAR',
      /\{ env: 'CASSANDRA_\{TENANT\}' \}.*\{ file: 'secrets\/cassandra_\{tenant\}' \}/,
    ],
    [
      'passwords of tenants whose roles the platform makes',
      '      password:',
      "      provision: managed\n      tenantPassword: { file: 'secrets/{tenant}' }\n      password:",
      'INVALID_VALUE',
      /only with provision: existing/,
    ],
    ['no data center', '      localDataCenter: dc1\n', '', 'MISSING_KEY', /localDataCenter/],
    ['a contact point that is none', 'db1.example', '"cql://db1"', 'INVALID_VALUE', /host with or without a port/],
  ] as const) {
    it(`finds ${name}`, async () => {
      const { diagnostics } = await load(external(cassandra.replace(from, to)));
      assert.deepEqual(
        diagnostics.map((one) => one.code),
        [code],
        shown(diagnostics),
      );
      assert.match(diagnostics[0]?.message ?? '', words);
    });
  }

  it('does not repeat what may be a secret in a wrong place', async () => {
    const wrong = [
      cassandra.replace('{ env: CASSANDRA_PASSWORD }', '{ env: "p@ss word" }'),
      cassandra.replace('db1.example', '"me:p@ss word@db1"'),
    ];
    for (const yaml of wrong) {
      const { diagnostics } = await load(external(yaml));
      assert.equal(diagnostics.length, 1);
      assert.doesNotMatch(shown(diagnostics), /p@ss/);
    }
  });

  it('has to name a cluster when the runtime is external', async () => {
    const { diagnostics } = await load(external(''));
    assert.deepEqual(
      diagnostics.map(({ line, code }) => [line, code]),
      [[11, 'EXTERNAL_NOT_CONFIGURED']],
    );
  });

  it('is completed and explained while it is typed', async () => {
    const { text, offset } = atCursor(`${platformFile}runtime:\n  kind: external\n${cassandra}      ▮\n`);
    const labels = await withEdited({ text, tenant: null }, async (edited) =>
      (await proposalsAt(edited, offset)).map(({ label }) => label),
    );
    assert.deepEqual(labels, ['tls', 'provision', 'tenantPassword']);
    const hover = await withEdited({ text: `${text.trimEnd()}\n`, tenant: null }, (edited) =>
      hoverAt(edited, text.indexOf('password:') + 2),
    );
    assert.match(hover?.description ?? '', /never the password itself/);
  });
});
