import * as z from 'zod';
import { platformFileSchema, tenantProfileSchema } from './profile-schema.ts';

/** The schemas of the two YAML files as editors read them, by file name in `media/`. */
export function editorSchemas(): Record<string, object> {
  return {
    'tenant.schema.json': editorSchema(tenantProfileSchema, 'mysimbdp tenant service profile'),
    'mysimbdp.schema.json': editorSchema(platformFileSchema, 'mysimbdp platform file'),
  };
}

/** A schema file as it is written. */
export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function editorSchema(schema: z.ZodType, title: string): object {
  // Draft 7 is the newest that the YAML support of editors knows entirely.
  return { title, ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) };
}
