import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { editorSchemas, schemaText } from '../../../src/tenants/json-schema.ts';

interface Schema {
  description?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: { enum?: string[]; pattern?: string }[];
}

const schemas = editorSchemas() as Record<string, Schema>;

describe('the schemas for editors', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    it(`${name} is what the one schema says; \`npm run schemas\` writes it`, async () => {
      const written = await readFile(new URL(`../../../media/${name}`, import.meta.url), 'utf8');
      assert.equal(written, schemaText(schema));
    });
  }

  it('know the types of columns: enough to complete them, and every spelling', () => {
    const tables = schemas['tenant.schema.json']?.properties?.tables?.additionalProperties as Schema;
    const column = tables.properties?.columns?.additionalProperties as Schema;
    const accepts = (text: string) =>
      column.anyOf?.some((one) => one.enum?.includes(text) ?? new RegExp(one.pattern ?? '').test(text));
    assert.ok(column.anyOf?.some((one) => one.enum?.includes('timestamp')));
    for (const type of ['text', 'TEXT', 'List<Int>', 'frozen<map<text, int>>', 'set< uuid >'])
      assert.ok(accepts(type), type);
    for (const type of ['strng', 'texts', 'list', 'counter']) assert.ok(!accepts(type), type);
  });

  it('describe every setting', () => {
    const bare: string[] = [];
    const visit = (schema: Schema, path: string) => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        const grouping = value.type === 'object';
        if (!value.description && !grouping) bare.push(`${path}.${key}`);
        visit(value, `${path}.${key}`);
      }
      if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}.*`);
      if (schema.items) visit(schema.items, `${path}[]`);
      for (const one of schema.oneOf ?? []) visit(one, path);
    };
    for (const [name, schema] of Object.entries(schemas)) visit(schema, name);
    assert.deepEqual(bare, []);
  });
});
