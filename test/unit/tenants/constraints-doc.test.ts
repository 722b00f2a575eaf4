import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { defaults } from '../../../src/tenants/defaults.ts';
import { platformFileSchema, tenantProfileSchema } from '../../../src/tenants/profile-schema.ts';

type Tree = Record<string, unknown>;

/** The settings of a section of a schema, as dotted paths. */
function settings(schema: unknown, path: string): string[] {
  if (schema instanceof z.ZodOptional) return settings(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([key, value]) => settings(value, path ? `${path}.${key}` : key));
}

function section(schema: z.ZodObject, ...keys: string[]): unknown {
  return keys.reduce<unknown>((at, key) => {
    const inner = at instanceof z.ZodOptional ? at.unwrap() : at;
    if (inner instanceof z.ZodRecord) return inner.valueType;
    if (inner instanceof z.ZodArray) return inner.element;
    assert.ok(inner instanceof z.ZodObject, key);
    return inner.shape[key];
  }, schema);
}

/** Not constraints: what an app is, and where its data comes from and goes. */
const notConstraints = ['name', 'kind', 'entry', 'command', 'files', 'format', 'table'];

const documented: [path: string, byDefault: unknown][] = [
  ...of(settings(section(platformFileSchema, 'limits'), ''), 'limits', defaults.limits),
  ...of(settings(section(platformFileSchema, 'capacity'), ''), 'capacity', defaults.capacity),
  ...of(
    settings(section(platformFileSchema, 'plans', '*'), '').filter((path) => !/^(batch|resources)\b/.test(path)),
    'plans.<plan>',
    defaults.plan,
  ),
  ...of(settings(section(tenantProfileSchema, 'batch'), ''), 'batch', defaults.batch),
  ...of(
    settings(section(tenantProfileSchema, 'apps', '*'), '').filter((path) => !notConstraints.includes(path)),
    'apps[]',
    defaults.app,
  ),
  ['timeZone', defaults.timeZone],
];

function of(paths: string[], prefix: string, tree: Tree): [string, unknown][] {
  return paths.map((path) => {
    const value = path.split('.').reduce<unknown>((at, key) => (at as Tree)[key], tree);
    assert.notEqual(value, undefined, `defaults.ts has nothing for ${prefix}.${path}`);
    return [`${prefix}.${path}`, value];
  });
}

describe('docs/constraints.md', () => {
  let rows: Map<string, string[]>;
  before(async () => {
    const text = await readFile(new URL('../../../docs/constraints.md', import.meta.url), 'utf8');
    const cells = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    rows = new Map(cells.flatMap(([, key, ...rest]) => (key?.startsWith('`') ? [[key, rest]] : [])));
  });

  for (const [path, byDefault] of documented) {
    it(`explains ${path} and gives its default`, () => {
      const row = rows.get(`\`${path}\``);
      assert.ok(row, `there is no row for ${path}`);
      const [given = '', why = '', cost = ''] = row;
      const text = Array.isArray(byDefault) ? byDefault.join(', ') : String(byDefault);
      if (byDefault === null) assert.doesNotMatch(given, /`/);
      else assert.equal(given, `\`${text}\``);
      assert.ok(why.length > 20 && cost.length > 5, 'says why and what it costs');
    });
  }

  it('explains nothing that is not there', () => {
    assert.deepEqual([...rows.keys()].sort(), documented.map(([path]) => `\`${path}\``).sort());
  });
});
