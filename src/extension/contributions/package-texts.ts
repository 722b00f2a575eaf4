/** Properties of contributions that people read. */
const shown = new Set(['title', 'description', 'markdownDescription', 'label', 'contents']);
/** The names of views are read, the names of debug configurations are not. */
const shownBelow: Readonly<Record<string, ReadonlySet<string>>> = { views: new Set(['name']) };
/** What is called the same in every language. */
const brand = 'mysimbdp';

/**
 * Takes what people read out of contributions: in its place comes a key between percent signs, as package.json has it.
 * @returns texts by key: package.nls.json, of which translators make package.nls.<language>.json
 */
export function separateTexts(contributes: Record<string, unknown>): {
  contributes: Record<string, unknown>;
  texts: Record<string, string>;
} {
  const texts: Record<string, string> = {};
  const separated = Object.entries(contributes).map(([point, value]) => [
    point,
    walk(value, [point], shownBelow[point] ?? new Set()),
  ]);
  return { contributes: Object.fromEntries(separated) as Record<string, unknown>, texts };

  function walk(value: unknown, path: readonly string[], also: ReadonlySet<string>): unknown {
    if (Array.isArray(value)) {
      const names = namesOf(value);
      return value.map((item, index) => walk(item, [...path, names[index] ?? ''], also));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([property, inner]) => {
        const at = [...path, property.replace(/^mysimbdp\./, '')];
        if (typeof inner !== 'string' || inner === brand || !(shown.has(property) || also.has(property)))
          return [property, walk(inner, at, also)];
        const key = at.join('.');
        texts[key] = inner;
        return [property, `%${key}%`];
      }),
    );
  }
}

/**
 * What the items of a list are called in keys: by what they are about, so that a key stays when others come before it; the
 * second about the same thing `<name>.2`.
 */
function namesOf(items: readonly unknown[]): string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const { id, command, type, view } = (item ?? {}) as Record<string, unknown>;
    const name = [id, command, type, view].find((one) => typeof one === 'string') ?? 'item';
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    const short = name.replace(/^mysimbdp\./, '');
    return number === 1 ? short : `${short}.${number.toString()}`;
  });
}
