import type { YamlPath } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import type { Surrounded } from './edited-file.ts';
import type { EffectiveValue } from './effective-value.ts';
import { effectivePlatformSetting, effectiveSetting } from './effective-value.ts';
import type { SchemaNode } from './schema-node.ts';
import { listedValues, schemaAt, schemaOf } from './schema-node.ts';
import type { Stretch } from './yaml-tree.ts';
import { matches, stretchOf, YamlTree } from './yaml-tree.ts';

/** What there is to say about a place. */
export interface ProfileHover extends Stretch {
  /** The key, or the name of what is named there. */
  name: string;
  /** `number`, `list` … */
  type: string | undefined;
  description: string | undefined;
  /** All values that there are, when they are listed; as YAML. */
  allowed: string[];
  /** What holds without what is written here. */
  fallback: EffectiveValue | undefined;
  /** What holds now. */
  effective: EffectiveValue | undefined;
}

/** What is known of the setting at an offset; undefined where there is none. */
export function hoverAt(edited: Surrounded, offset: number): ProfileHover | undefined {
  const tree = new YamlTree(edited.text);
  const place = tree.placeAt(offset);
  if (!place) return undefined;
  const { value } = tree;
  const named = place.part === 'value' ? reference(edited, value, place.path) : undefined;
  // Items of a list are explained by the list.
  const path = typeof place.path.at(-1) === 'number' ? place.path.slice(0, -1) : place.path;
  const schema = named?.schema ?? schemaAt(schemaOf(edited.file), value, path);
  if (!schema) return undefined;
  const written = { profile: value, platform: edited.platformSource.value };
  const own = (ignoring: boolean) =>
    edited.tenant === undefined
      ? effectivePlatformSetting(path, value, ignoring)
      : effectiveSetting(path, written, ignoring);
  const effective = named ? undefined : own(false);
  const description = named?.description ?? schema.description;
  if (description === undefined && !effective) return undefined;
  const stretch = (place.part === 'key' ? stretchOf(edited.text, tree.pairAt(place.path)?.key) : undefined) ?? place;
  return {
    from: stretch.from,
    to: stretch.to,
    name: named?.name ?? String(path.at(-1)),
    type: named ? undefined : typeOf(schema),
    description,
    allowed: named ? [] : listedValues(schema).slice(0, maxListed).map(String),
    fallback: named ? undefined : own(true),
    effective,
  };
}

const maxListed = 30;

interface Reference {
  name: string;
  description: string;
  schema: SchemaNode;
}

/** A value that names something else: a table, a column, a plan. */
function reference(edited: Surrounded, value: unknown, path: YamlPath): Reference | undefined {
  const name = valueAt(value, path);
  if (typeof name !== 'string') return undefined;
  if (matches(path, 'apps.#.table')) {
    const columns = valueAt(value, ['tables', name, 'columns']);
    if (typeof columns !== 'object' || columns === null) return undefined;
    const key = [valueAt(value, ['tables', name, 'partitionKey']), valueAt(value, ['tables', name, 'clusteringKey'])];
    const lines = Object.entries(columns).map(([column, type]) => `- \`${column}\` ${String(type)}`);
    const more = lines.length > maxListed ? ['- …'] : [];
    const keyText = key.filter(Array.isArray).map((one) => one.join(', '));
    return {
      name,
      description: [`Key: ${keyText.join(' / ')}`, '', ...lines.slice(0, maxListed), ...more].join('\n'),
      schema: {},
    };
  }
  if (matches(path, 'tables.*.partitionKey.#') || matches(path, 'tables.*.clusteringKey.#')) {
    const type = valueAt(value, ['tables', String(path[1]), 'columns', name]);
    return typeof type === 'string' ? { name, description: `Column of type ${type}.`, schema: {} } : undefined;
  }
  if (matches(path, 'plan')) {
    const plan = valueAt(edited.platformSource.value, ['plans', name]);
    if (plan === undefined) return undefined;
    return { name, description: `Plan of mysimbdp.yaml:\n\n${settingsOf(plan).join('\n')}`, schema: {} };
  }
  return undefined;
}

function settingsOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`- \`${prefix}\`: ${JSON.stringify(value)}`];
  }
  return Object.entries(value)
    .flatMap(([key, inner]) => settingsOf(inner, prefix === '' ? key : `${prefix}.${key}`))
    .slice(0, maxListed);
}

function typeOf({ type, items, oneOf }: SchemaNode): string | undefined {
  if (type === 'array') return items?.type === undefined ? 'list' : `list of ${items.type}`;
  if (type === 'object' || oneOf) return 'map';
  return type === 'string' ? 'text' : type;
}
