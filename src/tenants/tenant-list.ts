import { isDeepStrictEqual } from 'node:util';
import type { Document, Pair, YAMLMap } from 'yaml';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { columnOf, endOfLastLine, eolOf, splice, startOfLine } from './text-edits.ts';

// Edits of the list `tenants:` in the text of mysimbdp.yaml. Each is made as a change of only the lines it is about, so
// that the rest stays as it was written to the letter; a layout that is too unusual for that is written anew by the
// YAML library, which keeps comments. Either way the result is read again before it is used.

interface Entry {
  name: string;
  enabled?: boolean;
}

/** The text with an entry for `tenant` at the end of the list. */
export function addEntry(text: string, tenant: string): string {
  const document = read(text);
  const pair = tenantsPair(document);
  const wanted = [...entriesOf(text), { name: tenant }];
  return verified(lineAdded(text, tenant, pair), wanted, () => {
    if (isSeq(pair?.value)) pair.value.add(document.createNode({ name: tenant }));
    else document.set('tenants', document.createNode([{ name: tenant }]));
    return document.toString({ lineWidth: 0 });
  });
}

function lineAdded(text: string, tenant: string, pair: Pair | undefined): string | undefined {
  const eol = eolOf(text);
  if (!pair) {
    const end = text === '' || text.endsWith('\n') ? '' : eol;
    return `${text}${end}tenants:${eol}  - name: ${tenant}${eol}`;
  }
  const list = pair.value;
  if (!isSeq(list) || !list.range) return undefined;
  const last = list.items.at(-1);
  if (!isMap(last)) {
    // The empty list goes, a comment behind it stays.
    const colon = afterColon(text, pair);
    const line = endOfLastLine(text, list.range[1]);
    const entry = `${eol}  - name: ${tenant}`;
    return text.slice(0, colon) + text.slice(list.range[1], line) + entry + text.slice(line);
  }
  if (!last.range) return undefined;
  if (list.flow === true) return splice(text, last.range[1], last.range[1], `, { name: ${tenant} }`);
  const line = endOfLastLine(text, last.range[1]);
  return splice(text, line, line, `${eol}${' '.repeat(columnOf(text, list.range[0]))}- name: ${tenant}`);
}

/** The text without the entry of `tenant`; comments above it stay. */
export function removeEntry(text: string, tenant: string): string {
  const document = read(text);
  const pair = tenantsPair(document);
  const wanted = entriesOf(text).filter(({ name }) => name !== tenant);
  const list = pair?.value;
  const items = isSeq(list) ? list.items : [];
  const index = items.findIndex((item) => isMap(item) && item.get('name') === tenant);
  return verified(lineRemoved(text, pair, items[index]), wanted, () => {
    if (items.length > 1) document.deleteIn(['tenants', index]);
    else document.set('tenants', document.createNode([], { flow: true }));
    return document.toString({ lineWidth: 0 });
  });
}

function lineRemoved(text: string, pair: Pair | undefined, item: unknown): string | undefined {
  const list = pair?.value;
  if (!isSeq(list) || list.flow === true || !isMap(item) || !item.range) return undefined;
  const from = startOfLine(text, item.range[0]);
  const to = Math.min(text.length, endOfLastLine(text, item.range[1]) + eolOf(text).length);
  const rest = splice(text, from, to, '');
  if (list.items.length > 1 || !pair) return rest;
  const colon = afterColon(text, pair);
  return splice(rest, colon, colon, ' []');
}

/** The text with `enabled` of the entry of `tenant` as wanted; an entry that says nothing is enabled. */
export function setEntryEnabled(text: string, tenant: string, enabled: boolean): string {
  const before = entriesOf(text);
  const entry = before.find(({ name }) => name === tenant);
  if ((entry?.enabled ?? true) === enabled) return text;
  const wanted = before.map((one) => (one === entry ? { ...one, enabled } : one));
  const document = read(text);
  const list = tenantsPair(document)?.value;
  const item = isSeq(list) ? list.items.find((one) => isMap(one) && one.get('name') === tenant) : undefined;
  if (!isMap(item)) throw new Error(`no entry of ${tenant}`);
  const value = pairOf(item, 'enabled')?.value;
  if (isScalar(value) && value.range) {
    return verified(splice(text, value.range[0], value.range[1], String(enabled)), wanted, rewritten);
  }
  const name = pairOf(item, 'name');
  if (isScalar(name?.key) && name.key.range && isScalar(name.value) && name.value.range) {
    if (item.flow === true) {
      const end = name.value.range[1];
      return verified(splice(text, end, end, `, enabled: ${enabled}`), wanted, rewritten);
    }
    const indent = ' '.repeat(columnOf(text, name.key.range[0]));
    const line = endOfLastLine(text, name.value.range[1]);
    return verified(splice(text, line, line, `${eolOf(text)}${indent}enabled: ${enabled}`), wanted, rewritten);
  }
  return rewritten();

  function rewritten(): string {
    if (isMap(item)) item.set('enabled', enabled);
    return document.toString({ lineWidth: 0 });
  }
}

function read(text: string): Document {
  return parseDocument(text, { prettyErrors: false });
}

function entriesOf(text: string): Entry[] {
  const value = read(text).toJS() as { tenants?: Entry[] | null } | null;
  return value?.tenants ?? [];
}

function tenantsPair(document: Document): Pair | undefined {
  return isMap(document.contents) ? pairOf(document.contents, 'tenants') : undefined;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

/** The edited text when it says what it should, otherwise what `rewritten` makes. */
function verified(edited: string | undefined, wanted: readonly Entry[], rewritten: () => string): string {
  if (edited === undefined) return rewritten();
  const { errors } = read(edited);
  return errors.length === 0 && isDeepStrictEqual(entriesOf(edited), wanted) ? edited : rewritten();
}

function afterColon(text: string, { key }: Pair): number {
  return text.indexOf(':', isScalar(key) ? key.range?.[1] : 0) + 1;
}
