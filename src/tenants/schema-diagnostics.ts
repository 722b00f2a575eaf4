import * as z from 'zod';
import { cqlScalars, parseCqlType } from '../coredms/cql-types.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { secretReference, tenantPassword } from './external-schema.ts';
import type { Finding, YamlPath, YamlSource } from './yaml-source.ts';
import { valueAt } from './yaml-source.ts';

/** `T` with everything that was missing or wrong left out, at any depth; lists keep their positions. */
export type Partially<T> = T extends (infer Item)[]
  ? (Partially<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Partially<T[Key]> | undefined }
    : T;

export interface Checked<T> {
  /** The whole value, when the schema has nothing against it. */
  complete: T | undefined;
  /** What of the value is as the schema wants it, so that further checks can go on beside the schema's findings. */
  valid: Partially<T>;
}

/** Holds a file against its schema and reports every problem at its place. */
export function checkAgainst<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
): Checked<z.infer<Schema>> | undefined {
  if (source.value === undefined) return undefined;
  const result = schema.safeParse(source.value);
  if (result.success) return { complete: result.data, valid: result.data as Partially<z.infer<Schema>> };
  const { issues } = result.error;
  const guesses = new Set<string>();
  for (const issue of issues) if (issue.code === 'unrecognized_keys') reportUnknownKeys(schema, source, issue, guesses);
  for (const issue of issues) {
    if (source.full) break;
    // A misspelt key is one mistake, not two.
    const missing = isMissing(source.value, issue.path);
    if (issue.code === 'unrecognized_keys' || (missing && guesses.has(pathText(issue.path)))) continue;
    const part = missing || issue.code === 'invalid_key' ? 'key' : 'value';
    const value = valueAt(source.value, issue.path);
    const inClear = isClearSecret(schemaAt(schema, source.value, issue.path), issue, value);
    source.report(issue.path, part, inClear ? clearSecret(issue.path) : findingOf(issue, value));
  }
  return { complete: undefined, valid: withoutFaults(source.value, issues) as Partially<z.infer<Schema>> };
}

/** "`settleSeconds`", "item 2 of `extensions`", "the file": how messages name a value. */
export function nameOf(path: YamlPath): string {
  const last = path.findLastIndex((step) => typeof step === 'string');
  const key = last === -1 ? 'the file' : `\`${String(path[last])}\``;
  const index = path[last + 1];
  return index === undefined ? key : `item ${Number(index) + 1} of ${key}`;
}

type Issue = z.core.$ZodIssue;

function reportUnknownKeys(
  schema: z.ZodType,
  source: YamlSource,
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  guesses: Set<string>,
): void {
  const value = valueAt(source.value, issue.path);
  const known = keysOf(schemaAt(schema, source.value, issue.path));
  const unused = known.filter((key) => typeof value !== 'object' || value === null || !Object.hasOwn(value, key));
  for (const key of issue.keys) {
    if (source.full) return;
    const suggestion = didYouMean(key, unused);
    if (suggestion !== undefined) guesses.add(pathText([...issue.path, suggestion]));
    const where = issue.path.length === 0 ? 'this file' : nameOf(issue.path);
    const message = `${where} knows no \`${key}\`; it takes ${known.join(', ')}`;
    source.report([...issue.path, key], 'key', { code: 'UNKNOWN_KEY', message, suggestion });
  }
}

function findingOf(issue: Issue, value: unknown): Finding {
  const name = nameOf(issue.path);
  const wrong = (code: string, must: string, suggestion?: string): Finding => ({
    code,
    message:
      value === undefined
        ? `${nameOf(issue.path.slice(0, -1))} lacks ${name}: ${must}`
        : `${name} ${must}, found ${found(value)}`,
    suggestion,
  });
  if (issue.path.at(-1) === 'partitionKey' && (value === undefined || issue.code === 'too_small')) {
    const message = `table \`${String(issue.path.at(-2))}\` has no partition key: name the columns that its rows are found and spread by`;
    return { code: 'NO_PARTITION_KEY', message };
  }
  const faulty = value === undefined ? 'MISSING_KEY' : 'INVALID_VALUE';
  switch (issue.code) {
    case 'invalid_type':
      return wrong(value === undefined ? 'MISSING_KEY' : 'WRONG_TYPE', `must be ${typeName(issue.expected)}`);
    case 'invalid_value': {
      const options = issue.values.map(String);
      const must = options.length === 1 ? `must be ${options.join()}` : `must be one of ${options.join(', ')}`;
      return wrong(faulty, must, typeof value === 'string' ? didYouMean(value, options) : undefined);
    }
    case 'invalid_union': {
      const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      return wrong(faulty, `must be one of ${options.join(', ')}`, didYouMean(String(value), options));
    }
    case 'too_small':
      if (issue.origin === 'array') return { code: 'INVALID_VALUE', message: `${name} needs at least one item` };
      if (issue.origin === 'string') return { code: 'INVALID_VALUE', message: `${name} must not be empty` };
      return wrong('INVALID_VALUE', `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`);
    case 'too_big':
      if (issue.origin === 'array') {
        return { code: 'INVALID_VALUE', message: `${name} takes at most ${issue.maximum} items` };
      }
      return wrong('INVALID_VALUE', `must be at most ${issue.maximum}`);
    case 'invalid_key':
      return ofRefinement(issue.issues[0], String(issue.path.at(-1)), String(issue.path.at(-1)));
    case 'custom':
      return ofRefinement(issue, name, value);
    default:
      return wrong('INVALID_VALUE', issue.message);
  }
}

/** Also what YAML reads as a number: passwords of digits. */
function isClearSecret(schema: unknown, { code }: Issue, value: unknown): boolean {
  return (
    (schema === secretReference || schema === tenantPassword) &&
    code === 'invalid_type' &&
    value !== undefined &&
    value !== null
  );
}

/** Says nothing of the secret: diagnostics go into logs. */
function clearSecret(path: YamlPath): Finding {
  const service = String(path.at(-2));
  const isOfTenants = path.at(-1) === 'tenantPassword';
  const variable = isOfTenants
    ? `'${service.toUpperCase()}_{TENANT}'`
    : `${service}_${String(path.at(-1))}`.toUpperCase();
  const file = isOfTenants ? `'secrets/${service}_{tenant}'` : `secrets/${variable.toLowerCase()}`;
  return {
    code: 'SECRET_IN_CLEAR',
    message: `${nameOf(path)} must not be written here: keep it in an environment variable and write { env: ${variable} }, or in a file that only you can read and write { file: ${file} }; and change it, since it has been in this file`,
  };
}

function ofRefinement(issue: Issue | undefined, name: string, value: unknown): Finding {
  const params: unknown = issue?.code === 'custom' ? issue.params?.code : undefined;
  const code = typeof params === 'string' ? params : 'INVALID_VALUE';
  const text = typeof value === 'string' ? value : '';
  const reason = issue?.message ?? 'is not allowed';
  if (code === 'INVALID_CQL_TYPE') {
    const [why = reason] = reason.split('; did you mean');
    return { code, message: `the type of ${name} ${why}`, suggestion: nearestCqlType(text) };
  }
  if (code === 'INVALID_NAME') return { code, message: `"${shorten(text)}" ${reason}`, suggestion: nearestName(text) };
  return { code, message: `${name} ${reason}` };
}

/** What other systems call the types of CQL. */
const otherTypeNames: Readonly<Record<string, string>> = {
  string: 'text',
  str: 'text',
  char: 'text',
  integer: 'int',
  long: 'bigint',
  bool: 'boolean',
  number: 'double',
  numeric: 'decimal',
  real: 'float',
  datetime: 'timestamp',
  bytes: 'blob',
  array: 'list',
};
const typeWords = [...cqlScalars, 'list', 'set', 'map', 'frozen'];

function nearestCqlType(text: string): string | undefined {
  const nearest = text
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/[a-z0-9_]+/g, (word) => otherTypeNames[word] ?? didYouMean(word, typeWords) ?? word)
    .replace(/^(list|set)$/, '$1<text>')
    .replace(/^map$/, 'map<text, text>');
  return nearest === text || 'error' in parseCqlType(nearest) ? undefined : nearest;
}

/** Latin letters that are no other letter with a mark, as they are written without them. */
const latin: Partial<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** The name that a text becomes when everything that a name cannot have is replaced; undefined when nothing is left. */
export function nearestName(text: string): string | undefined {
  const name = text
    .replace(/[ßæøœłđðþı]/gi, (letter) => latin[letter.toLowerCase()] ?? letter)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+/, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  return name || undefined;
}

function typeName(expected: string): string {
  const names: Partial<Record<string, string>> = {
    number: 'a number',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    record: 'a map',
  };
  return names[expected] ?? expected;
}

function found(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `text "${shorten(value)}"`;
  return typeof value === 'number' ? `number ${value}` : JSON.stringify(value);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function pathText(path: YamlPath): string {
  return path.map(String).join('\0');
}

function isMissing(root: unknown, path: YamlPath): boolean {
  return path.length > 0 && valueAt(root, path) === undefined;
}

function withoutFaults(root: unknown, issues: readonly Issue[]): unknown {
  const copy = structuredClone(root);
  for (const { path, code } of issues) {
    if (code === 'unrecognized_keys') continue;
    const last = path.at(-1);
    if (last === undefined) return {};
    const parent = valueAt(copy, path.slice(0, -1));
    if (Array.isArray(parent)) parent[Number(last)] = undefined;
    else if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, last);
  }
  return copy;
}

/** The part of a schema that describes the value at `path`; the value decides between alternatives. */
function schemaAt(root: unknown, value: unknown, path: YamlPath): unknown {
  let schema = resolve(root, value);
  for (const [index, step] of path.entries()) {
    const here = valueAt(value, path.slice(0, index + 1));
    if (schema instanceof z.ZodObject) schema = resolve((schema.shape as Record<PropertyKey, unknown>)[step], here);
    else if (schema instanceof z.ZodRecord) schema = resolve(schema.valueType, here);
    else if (schema instanceof z.ZodArray) schema = resolve(schema.element, here);
    else return undefined;
  }
  return schema;
}

function resolve(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return resolve(schema.unwrap(), value);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator } = schema.def;
  const options: readonly unknown[] = schema.options;
  return options.find((option) => {
    const tag: unknown = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    return tag instanceof z.ZodLiteral && tag.values.has(valueAt(value, [discriminator]) as string);
  });
}

function keysOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
