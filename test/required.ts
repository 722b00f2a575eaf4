const told = new Set<string>();

/**
 * Ends a suite, or hook, that needs what this machine lacks: skipped with one line a kind, or failed where MYSIMBDP_REQUIRE
 * names the kind.
 * @param kind `docker`, `workbench`
 */
export function missing(context: Mocha.Context, kind: string, what: string): never {
  const required = (process.env.MYSIMBDP_REQUIRE ?? '').split(',').includes(kind);
  if (required) throw new Error(`MYSIMBDP_REQUIRE names ${kind}. ${what}`);
  if (!told.has(kind)) console.warn(`Tests of kind ${kind} are skipped. ${what}`);
  told.add(kind);
  return context.skip();
}
