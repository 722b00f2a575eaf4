import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `word` was probably meant to be, or undefined when none is near (a third of its letters, at least one). */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const lower = word.toLowerCase();
  const exact = candidates.find((candidate) => candidate.toLowerCase() === lower);
  if (exact !== undefined) return exact;
  const swapped = candidates.find((candidate) => isSwap(lower, candidate.toLowerCase()));
  if (swapped !== undefined) return swapped;
  const best = closest(word, candidates);
  return distance(lower, best.toLowerCase()) <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

/** Whether two neighbouring letters changed places, the commonest slip of all; it counts as two edits otherwise. */
function isSwap(word: string, candidate: string): boolean {
  if (word.length !== candidate.length) return false;
  for (let at = 0; at + 1 < word.length; at++) {
    if (word[at] === candidate[at]) continue;
    return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2) === candidate;
  }
  return false;
}
