const longest = 1000;

/** What a tenant's code threw, as bounded text; it can be anything, also something that throws when it is looked at. */
export function thrownText(thrown: unknown): string {
  let text: string;
  try {
    const message: unknown = thrown instanceof Error ? thrown.message || thrown.name : thrown;
    text = typeof message === 'string' ? message : String(message);
  } catch {
    text = '';
  }
  if (text === '') return 'the app threw without a message';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The same, with the file and line of the tenant's code where it came from. */
export function thrownWithPlace(thrown: unknown): string {
  const text = thrownText(thrown);
  const stack = thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack.slice(0, longest) : '';
  const [, file, line] = /file:\/\/([^\s()]+?):(\d+)(?::\d+)?(?=[\s)]|$)/.exec(stack) ?? [];
  return file !== undefined && line !== undefined && !text.includes(file) ? `${text} (${file}, line ${line})` : text;
}
