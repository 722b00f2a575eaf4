// Writes the JSON Schemas of the YAML files for editors from the one schema in src/tenants. Run with: npm run schemas
import { writeFile } from 'node:fs/promises';
import { editorSchemas, schemaText } from '../src/tenants/json-schema.ts';

for (const [name, schema] of Object.entries(editorSchemas())) {
  await writeFile(new URL(`../media/${name}`, import.meta.url), schemaText(schema));
}
