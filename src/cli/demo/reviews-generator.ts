import { SeededRandom } from './random.ts';
import { productTitle, reviewTexts } from './review-texts.ts';

/** The columns of a customer reviews file, in its order. */
export const reviewColumns = [
  'marketplace',
  'customer_id',
  'review_id',
  'product_id',
  'product_parent',
  'product_title',
  'product_category',
  'star_rating',
  'helpful_votes',
  'total_votes',
  'vine',
  'verified_purchase',
  'review_headline',
  'review_body',
  'review_date',
] as const;

/** Shares (0 to 1) of the rows that have one of the defects that keep a review out of its table; a row has one at most. */
export interface ReviewDefects<Value = number> {
  /** No body: the reviews app filters it. */
  missingBody: Value;
  /** More helpful votes than votes: the reviews app throws. */
  impossibleVotes: Value;
  /** A star rating that is no whole number. */
  wrongRating: Value;
  wrongDate: Value;
  /** A tab too few, or one too many. */
  missingField: Value;
  extraField: Value;
}

export interface ReviewsOptions {
  /** As in the data: `Gift Card`, `Digital_Video_Games`. */
  category: string;
  rows: number;
  seed: number;
  /** Number of the first review, when several files continue each other; review ids are unique by number. Default 0. */
  firstReview?: number;
  defects?: Partial<ReviewDefects>;
}

const usualDefects: ReviewDefects = {
  missingBody: 0.0015,
  impossibleVotes: 0.0004,
  wrongRating: 0.0003,
  wrongDate: 0.0003,
  missingField: 0.0002,
  extraField: 0.0002,
};

/** What is in the text that was generated so far. */
export interface ReviewsSummary {
  rows: number;
  defects: ReviewDefects;
}

const chunkCharacters = 256 * 1024;
const firstDay = Date.UTC(2000, 0, 1) / 86_400_000;
const dayCount = Date.UTC(2015, 11, 31) / 86_400_000 - firstDay + 1;
const idPrime = 2_654_435_761; // odd: multiplying by it modulo 2^32 gives every number another image

/**
 * A file of customer reviews, the same for the same options: a header and `rows` lines, tab-separated and unquoted, with
 * skewed products, ratings and votes, and the dirt that real reviews have (HTML, entities, stray quotes, other scripts,
 * N/A), beside the defects.
 */
export class ReviewsFile {
  /** Complete when `chunks` has been read to its end. */
  readonly summary: ReviewsSummary = {
    rows: 0,
    defects: { missingBody: 0, impossibleVotes: 0, wrongRating: 0, wrongDate: 0, missingField: 0, extraField: 0 },
  };
  readonly #options: ReviewsOptions;

  constructor(options: ReviewsOptions) {
    this.#options = options;
  }

  /** The text in pieces of about 256 Ki characters, each of whole lines. To be read once. */
  *chunks(): Generator<string, void, undefined> {
    const { rows, seed, firstReview = 0 } = this.#options;
    const row = this.#rowMaker(new SeededRandom(seed));
    let chunk = `${reviewColumns.join('\t')}\n`;
    for (let number = firstReview; number < firstReview + rows; number++) {
      chunk += row(number);
      this.summary.rows++;
      if (chunk.length < chunkCharacters) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }

  #rowMaker(random: SeededRandom): (number: number) => string {
    const { category, rows } = this.#options;
    const texts = reviewTexts(random);
    const products = Array.from({ length: Math.max(10, Math.ceil(rows / 60)) }, () => {
      const id = `B${random
        .below(36 ** 6)
        .toString(36)
        .toUpperCase()
        .padStart(9, '0')}`;
      return `${id}\t${100_000_000 + random.below(900_000_000)}\t${productTitle(random, category)}\t${category}`;
    });
    const days = Array.from({ length: dayCount }, (_, day) =>
      new Date((firstDay + day) * 86_400_000).toISOString().slice(0, 10),
    );
    const nextDefect = this.#defectPicker(random);

    return (number) => {
      const defect = nextDefect();
      // A few products have most of the reviews, and most reviews are of the later years.
      const product = products[Math.floor(cube(random.next()) * products.length)] ?? '';
      const day = days[Math.floor(Math.sqrt(random.next()) * dayCount)] ?? '';
      const customer = 10_000_000 + random.below(43_000_000);
      const review = (Math.imul(number, idPrime) >>> 0).toString(36).toUpperCase().padStart(7, '0');
      const [honest, total] = votes(random);
      let helpful = honest;
      let rating = stars(random.next());
      let date = day;
      let headline = random.chance(0.01) ? 'N/A' : random.pick(texts.headlines);
      let body = random.pick(texts.sentences);
      // Lengths vary: on average four more sentences.
      while (random.chance(0.805)) body += ` ${random.pick(random.chance(0.06) ? texts.oddities : texts.sentences)}`;

      switch (defect) {
        case 'missingBody':
          body = '';
          break;
        case 'impossibleVotes':
          helpful = total + 1 + random.below(20);
          break;
        case 'wrongRating':
          rating = random.pick(['five', '4.5', '5 stars', '★★★★', '-']);
          break;
        case 'wrongDate':
          date = random.pick(['2014-02-30', '31/12/2013', 'yesterday', '2012-13-01']);
          break;
        case 'extraField':
          headline += '\tagain';
          break;
        case 'missingField':
        case undefined:
      }
      const vine = random.chance(0.004) ? 'Y' : 'N';
      const purchase = random.chance(0.86) ? 'Y' : 'N';
      const counts = defect === 'missingField' ? `${helpful}` : `${helpful}\t${total}`;
      return `US\t${customer}\tR1${review}${(number % 36).toString(36).toUpperCase()}\t${product}\t${rating}\t${counts}\t${vine}\t${purchase}\t${headline}\t${body}\t${date}\n`;
    };
  }

  /** Chooses the defect of the next row, and counts it. */
  #defectPicker(random: SeededRandom): () => keyof ReviewDefects | undefined {
    const shares = { ...usualDefects, ...this.#options.defects };
    const kinds = Object.keys(usualDefects) as (keyof ReviewDefects)[];
    return () => {
      let left = random.next();
      for (const kind of kinds) {
        left -= shares[kind];
        if (left >= 0) continue;
        this.summary.defects[kind]++;
        return kind;
      }
      return undefined;
    };
  }
}

// Only operations whose result is the same on every machine: Math.pow may differ in the last bit.
function cube(number: number): number {
  return number * number * number;
}

/** Two thirds are enthusiastic, and the worst rating is commoner than the second worst. */
function stars(at: number): string {
  if (at < 0.64) return '5';
  if (at < 0.81) return '4';
  if (at < 0.88) return '3';
  return at < 0.93 ? '2' : '1';
}

/** Most reviews have no votes at all, a few have hundreds. */
function votes(random: SeededRandom): [helpful: number, total: number] {
  const at = random.next();
  if (at < 0.7) return [0, 0];
  const total = Math.min(3000, Math.floor(0.15 / (1 - at)) + 1);
  return [Math.floor(total * Math.sqrt(random.next())), total];
}
