import { didYouMean } from '../foundation/suggestions.ts';

/** The scalar types of CQL that a column can have; `varchar` is another name of `text` and kept as written. */
export const cqlScalars = [
  'ascii',
  'bigint',
  'blob',
  'boolean',
  'date',
  'decimal',
  'double',
  'duration',
  'float',
  'inet',
  'int',
  'smallint',
  'text',
  'time',
  'timestamp',
  'timeuuid',
  'tinyint',
  'uuid',
  'varchar',
  'varint',
] as const;
type CqlScalar = (typeof cqlScalars)[number];

interface CqlScalarType {
  kind: CqlScalar;
}
interface CqlSequenceType {
  kind: 'list' | 'set';
  element: CqlType;
  frozen: boolean;
}
interface CqlMapType {
  kind: 'map';
  key: CqlType;
  value: CqlType;
  frozen: boolean;
}
export type CqlType = CqlScalarType | CqlSequenceType | CqlMapType;

const scalarNames: ReadonlySet<string> = new Set(cqlScalars);
const suggested = [...cqlScalars, 'list', 'set', 'map', 'frozen'];
/** What other systems call these types. */
const elsewhere = new Map<string, CqlScalar>([
  ['bool', 'boolean'],
  ['bytes', 'blob'],
  ['datetime', 'timestamp'],
  ['integer', 'int'],
  ['long', 'bigint'],
  ['number', 'double'],
  ['numeric', 'decimal'],
  ['string', 'text'],
]);
const maxDepth = 8;

/** Reads a type as CQL writes it, in any case and spacing; `error` completes the sentence "the type …". */
export function parseCqlType(text: string): CqlType | { error: string } {
  const tokens = text.toLowerCase().match(/[<>,]|[^\s<>,]+/g) ?? [];
  if (tokens.length === 0) return { error: 'is empty; write a CQL type like text or list<int>' };
  let next = 0;

  const refuse = (error: string) => ({ error });
  const take = (token: string): boolean => {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  };

  function parse(depth: number): CqlType | { error: string } {
    const name = tokens[next++];
    if (name === undefined || /^[<>,]$/.test(name)) {
      return refuse(name === undefined ? `ends too early in '${text}'` : `has an unexpected '${name}' in '${text}'`);
    }
    if (depth > maxDepth) return refuse(`nests collections more than ${maxDepth} deep`);
    if (name === 'counter') {
      return refuse('counter is not supported: adding to a counter twice counts twice, so a replay would change it');
    }
    if (scalarNames.has(name)) return { kind: name as CqlScalar };
    if (name === 'frozen') return parseFrozen(depth);
    if (name === 'list' || name === 'set' || name === 'map') return parseCollection(name, depth);
    const near = elsewhere.get(name) ?? didYouMean(name, suggested);
    return refuse(`'${name}' is not a CQL type` + (near ? `; did you mean ${near}?` : ''));
  }

  function parseFrozen(depth: number): CqlType | { error: string } {
    if (!take('<')) return refuse(`frozen needs a collection, like frozen<list<int>>`);
    const inner = parse(depth);
    if ('error' in inner) return inner;
    if (!take('>')) return refuse(`lacks a closing '>' in '${text}'`);
    if (!isCollection(inner)) return refuse(`frozen<${inner.kind}> is not a type: only collections can be frozen`);
    return { ...inner, frozen: true };
  }

  function parseCollection(name: 'list' | 'set' | 'map', depth: number): CqlType | { error: string } {
    const wanted = name === 'map' ? 2 : 1;
    const form = wanted === 2 ? 'map<text, int>' : `${name}<text>`;
    if (!take('<')) return refuse(`${name} needs the type of its elements, like ${form}`);
    const inner: CqlType[] = [];
    do {
      const type = parse(depth + 1);
      if ('error' in type) return type;
      if (isCollection(type) && !type.frozen) {
        return refuse(
          `has a collection inside a collection, which has to be frozen: write frozen<${formatCqlType(type)}>`,
        );
      }
      if (type.kind === 'duration' && (name === 'set' || (name === 'map' && inner.length === 0))) {
        return refuse(`durations have no order, so they cannot be ${name === 'set' ? 'in a set' : 'keys of a map'}`);
      }
      inner.push(type);
    } while (take(','));
    if (!take('>')) return refuse(`lacks a closing '>' in '${text}'`);
    const [first, second] = inner;
    if (first === undefined || inner.length !== wanted) {
      return refuse(`${name} takes ${wanted === 1 ? 'one type' : 'two types'}, like ${form}`);
    }
    if (name !== 'map') return { kind: name, element: first, frozen: false };
    return second ? { kind: 'map', key: first, value: second, frozen: false } : refuse(`map takes two types`);
  }

  const type = parse(0);
  if ('error' in type) return type;
  const rest = tokens[next];
  return rest === undefined ? type : refuse(`has '${rest}' behind its end in '${text}'`);
}

function isCollection(type: CqlType): type is CqlSequenceType | CqlMapType {
  return type.kind === 'list' || type.kind === 'set' || type.kind === 'map';
}

/** The canonical spelling: lower case, `frozen` where it is, ', ' between the types of a map. */
export function formatCqlType(type: CqlType): string {
  if (!isCollection(type)) return type.kind;
  const inner =
    type.kind === 'map' ? `${formatCqlType(type.key)}, ${formatCqlType(type.value)}` : formatCqlType(type.element);
  const collection = `${type.kind}<${inner}>`;
  return type.frozen ? `frozen<${collection}>` : collection;
}

/** Why a column of this type cannot be part of a primary key, or undefined when it can. */
export function keyTypeError(type: CqlType): string | undefined {
  if (type.kind === 'duration') return 'a duration has no order and cannot be part of a key';
  if (isCollection(type) && !type.frozen) {
    return `a collection in a key has to be frozen: write frozen<${formatCqlType(type)}>`;
  }
  return undefined;
}
