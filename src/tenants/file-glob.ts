import picomatch from 'picomatch';

const maxLength = 200;
/** A name of 255 letters is matched in milliseconds with as many; each one more costs a factor of its length. */
const maxStars = 3;

/** Why a text cannot be an app's `files`, as the end of the sentence "the glob …"; undefined when it can. */
export function fileGlobError(glob: string): string | undefined {
  if (glob.length > maxLength) return `is longer than ${maxLength} characters`;
  if (/[/\\]/.test(glob)) return 'must be about file names: staging has no folders';
  const stars = glob.match(/\*+/g)?.length ?? 0;
  if (stars > maxStars) return `has ${stars} stars, more than ${maxStars}`;
  if (/[{}][^{}]*\{/.exec(glob.replace(/\{[^{}]*\}/g, ''))) return 'nests braces';
  return undefined;
}

/** A test for the file names that an app takes. Dotfiles are never matched. */
export function fileGlob(glob: string): (name: string) => boolean {
  return picomatch(glob, { noextglob: true, nonegate: true });
}

/** Whether some name that ends in one of the extensions can match; true when that cannot be told. */
export function canMatchExtension(glob: string, extensions: readonly string[]): boolean {
  return alternatives(glob).some((alternative) => {
    const tail = /[^*?\]]*$/.exec(alternative)?.[0] ?? '';
    const open = tail.length < alternative.length;
    return extensions.some((extension) => {
      const ending = `.${extension}`;
      return tail.endsWith(ending) || (open && ending.endsWith(tail));
    });
  });
}

/** `a.{csv,tsv}` as `a.csv` and `a.tsv`; a glob with more than a hundred of them counts as anything. */
function alternatives(glob: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(glob);
  if (!braces) return [glob];
  const [whole, inside = ''] = braces;
  const before = glob.slice(0, braces.index);
  const after = alternatives(glob.slice(braces.index + whole.length));
  const found = inside.split(',').flatMap((choice) => after.map((rest) => before + choice + rest));
  return found.length > 100 ? ['*'] : found;
}
