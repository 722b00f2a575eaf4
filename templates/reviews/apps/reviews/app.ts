import { defineBatchApp } from 'mysimbdp/sdk';

/** One review in, one row out: texts without HTML, flags as booleans, and two figures that queries ask for. */
export default defineBatchApp({
  wrangle(row) {
    // A review without a text says nothing: filtered, not an error.
    if (row.review_body == null) return undefined;
    const body = plainText(row.review_body);
    return {
      ...row,
      review_headline: row.review_headline == null ? null : plainText(row.review_headline),
      review_body: body,
      body_length: body.length,
      vine: flag(row.vine, 'vine'),
      verified_purchase: flag(row.verified_purchase, 'verified_purchase'),
      helpful_ratio: helpfulRatio(row.helpful_votes, row.total_votes),
    };
  },
});

function helpfulRatio(helpfulVotes: string | null | undefined, totalVotes: string | null | undefined): number | null {
  const helpful = Number(helpfulVotes ?? 0);
  const total = Number(totalVotes ?? 0);
  if (helpful > total) throw new Error(`${helpful} helpful votes of ${total}`);
  // A text that is no number is refused when it is converted to its column's type.
  return total > 0 ? helpful / total : null;
}

function flag(text: string | null | undefined, column: string): boolean | null {
  if (text == null) return null;
  if (text === 'Y' || text === 'y') return true;
  if (text === 'N' || text === 'n') return false;
  throw new Error(`${column} is "${text}", neither Y nor N`);
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function plainText(html: string): string {
  if (!html.includes('<') && !html.includes('&')) return html.trim();
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi,
      (entity, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return named[name.toLowerCase()] ?? entity;
        const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
      },
    )
    .trim();
}
