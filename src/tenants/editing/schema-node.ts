import { editorSchemas } from '../json-schema.ts';
import type { YamlPath } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';

/** What of JSON Schema the schemas of the two files use. */
export interface SchemaNode {
  type?: string;
  description?: string;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  enum?: unknown[];
  const?: unknown;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  pattern?: string;
}

let schemas: Record<string, SchemaNode> | undefined;

/** The schema of `tenants/x/tenant.yaml` or `mysimbdp.yaml`. */
export function schemaOf(file: string): SchemaNode {
  schemas ??= editorSchemas() as Record<string, SchemaNode>;
  return schemas[file === 'mysimbdp.yaml' ? 'mysimbdp.schema.json' : 'tenant.schema.json'] ?? {};
}

/** The part of a schema for what is at `path`; `value` (of the whole file) decides between alternatives. */
export function schemaAt(root: SchemaNode, value: unknown, path: YamlPath): SchemaNode | undefined {
  let schema: SchemaNode | undefined = root;
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') schema = schema.items;
    else if (schema.properties && Object.hasOwn(schema.properties, step)) schema = schema.properties[String(step)];
    else schema = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    schema = schema && chosen(schema, valueAt(value, path.slice(0, index + 1)));
    if (!schema) return undefined;
  }
  return schema;
}

/** The values that a schema lists, of whatever type. */
export function listedValues({ type, const: only, enum: some, anyOf = [] }: SchemaNode): unknown[] {
  if (type === 'boolean') return [true, false];
  if (only !== undefined) return [only];
  return some ?? anyOf.flatMap((one) => one.enum ?? []);
}

/** Of alternatives the one whose constants the value has; all of them together while that cannot be told. */
function chosen(schema: SchemaNode, value: unknown): SchemaNode {
  if (!schema.oneOf) return schema;
  const fitting = schema.oneOf.find((one) =>
    Object.entries(one.properties ?? {}).some(
      ([key, { const: only }]) => only !== undefined && valueAt(value, [key]) === only,
    ),
  );
  if (fitting) return { ...withoutUndefined({ description: schema.description }), ...fitting };
  const properties: Record<string, SchemaNode> = {};
  for (const one of schema.oneOf)
    for (const [key, property] of Object.entries(one.properties ?? {})) {
      const before = properties[key];
      if (!before) properties[key] = property;
      else if (before.const !== undefined || before.enum) {
        const rest = { ...before };
        delete rest.const;
        const all = [...listedValues(before), ...listedValues(property)];
        const description = [before.description, property.description].filter((text) => text !== undefined);
        properties[key] = { ...rest, enum: [...new Set(all)], description: [...new Set(description)].join(' ') };
      }
    }
  return { ...schema, type: 'object', properties, required: schema.oneOf[0]?.required ?? [] };
}

function withoutUndefined(node: { description: string | undefined }): SchemaNode {
  return node.description === undefined ? {} : { description: node.description };
}
