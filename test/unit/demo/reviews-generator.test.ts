import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ReviewsFile, reviewColumns, type ReviewsOptions } from '../../../src/cli/demo/reviews-generator.ts';

const options: ReviewsOptions = { category: 'Gift Card', rows: 20_000, seed: 7 };
const many = {
  missingBody: 0.05,
  impossibleVotes: 0.04,
  wrongRating: 0.03,
  wrongDate: 0.02,
  missingField: 0.02,
  extraField: 0.01,
};

function generate(changes: Partial<ReviewsOptions> = {}): { text: string; rows: string[][]; file: ReviewsFile } {
  const file = new ReviewsFile({ ...options, ...changes });
  const text = [...file.chunks()].join('');
  assert.ok(text.endsWith('\n'));
  const rows = text.slice(0, -1).split('\n').slice(1);
  return { text, rows: rows.map((row) => row.split('\t')), file };
}

const column = (name: (typeof reviewColumns)[number]): number => reviewColumns.indexOf(name);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

describe('the reviews generator', () => {
  it('makes the same file for the same seed, on every machine', () => {
    const { text } = generate();
    assert.equal(sha256(generate().text), sha256(text));
    assert.equal(sha256(text), '240f13f86fe2deec76ef398ab2919e10cc3c782f238a4bf2687c93650854a54c');
    assert.notEqual(sha256(generate({ seed: 8 }).text), sha256(text));
  });

  it('makes the 15 columns of customer reviews, and as many rows as asked', () => {
    const { text, rows, file } = generate();
    assert.equal(text.slice(0, text.indexOf('\n')), reviewColumns.join('\t'));
    assert.equal(reviewColumns.length, 15);
    assert.equal(rows.length, 20_000);
    assert.equal(file.summary.rows, 20_000);
  });

  it('makes rows that are whole in each of its chunks', () => {
    for (const chunk of new ReviewsFile(options).chunks()) assert.ok(chunk.endsWith('\n'));
  });

  it('counts each defect that it makes', () => {
    const { rows, file } = generate({ defects: many });
    const whole = rows.filter((row) => row.length === 15);
    const having = (name: (typeof reviewColumns)[number], fault: (text: string) => boolean): number =>
      whole.filter((row) => fault(row[column(name)] ?? '')).length;
    assert.deepEqual(file.summary.defects, {
      missingBody: having('review_body', (text) => text === ''),
      impossibleVotes: whole.filter((row) => Number(row[column('helpful_votes')]) > Number(row[column('total_votes')]))
        .length,
      wrongRating: having('star_rating', (text) => !/^[1-5]$/.test(text)),
      wrongDate: having('review_date', (text) => !isDate(text)),
      missingField: rows.filter((row) => row.length === 14).length,
      extraField: rows.filter((row) => row.length === 16).length,
    });
    for (const [defect, count] of Object.entries(file.summary.defects)) {
      const wanted = many[defect as keyof typeof many] * 20_000;
      assert.ok(count > wanted * 0.8 && count < wanted * 1.2, `${defect}: ${count} instead of about ${wanted}`);
    }
  });

  it('makes no defect when none is asked for', () => {
    const none = { missingBody: 0, impossibleVotes: 0, wrongRating: 0, wrongDate: 0, missingField: 0, extraField: 0 };
    const { rows, file } = generate({ defects: none });
    assert.deepEqual(file.summary.defects, none);
    assert.ok(rows.every((row) => row.length === 15));
  });

  it('gives each review an id of its own, also over files that continue each other', () => {
    const ids = [generate(), generate({ seed: 9, firstReview: 20_000 })].flatMap(({ rows }) =>
      rows.map((row) => row[column('review_id')]),
    );
    assert.equal(new Set(ids).size, 40_000);
  });

  it('has the shape of real reviews: favourite products, kind ratings, few votes, dirt', () => {
    const { rows } = generate();
    const assertCommon = (what: string, least: number, fits: (row: string[]) => boolean): void => {
      const share = rows.filter(fits).length / rows.length;
      assert.ok(share > least, `${what}: ${share}`);
    };
    const inBody = (pattern: RegExp) => (row: string[]) => pattern.test(row[column('review_body')] ?? '');
    const reviewsOf = new Map<string, number>();
    for (const row of rows) {
      const product = row[column('product_id')] ?? '';
      reviewsOf.set(product, (reviewsOf.get(product) ?? 0) + 1);
    }
    assert.ok(Math.max(...reviewsOf.values()) > (10 * rows.length) / reviewsOf.size);
    assertCommon('five stars', 0.5, (row) => row[column('star_rating')] === '5');
    assertCommon('no votes', 0.5, (row) => row[column('total_votes')] === '0');
    assertCommon('HTML breaks', 0.01, inBody(/<br ?\/>/));
    assertCommon('entities', 0.01, inBody(/&#?\w+;/));
    assertCommon('stray quotes', 0.01, inBody(/^[^"]*"[^"]*$/));
    assertCommon('fields that begin with a quote', 0.01, (row) => row.some((field) => field.startsWith('"')));
    assertCommon('other letters and emoji', 0.01, inBody(/\p{Emoji_Presentation}|[äößéüº¡œ]/u));
    assertCommon('N/A', 0.005, (row) => row[column('review_headline')] === 'N/A');
    const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row[column('review_body')] ?? ''), 0) / rows.length;
    assert.ok(bytes > 250 && bytes < 350, `${bytes} bytes a body`);
    const dates = rows
      .map((row) => row[column('review_date')] ?? '')
      .filter(isDate)
      .sort();
    assert.ok(dates[0]!.startsWith('200') && dates.at(-1)!.startsWith('2015'));
  });
});
