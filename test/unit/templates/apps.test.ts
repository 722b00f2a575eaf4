import assert from 'node:assert/strict';
import birdstrikes from '../../../templates/birdstrikes/apps/birdstrikes/app.ts';
import reviews from '../../../templates/reviews/apps/reviews/app.ts';

const context = { rowId: '00000000-0000-4000-8000-000000000001', file: 'some.tsv', record: 1 };

describe('the reviews app', () => {
  const review = {
    product_id: 'B000000001',
    review_id: 'R1',
    star_rating: '5',
    helpful_votes: '3',
    total_votes: '4',
    vine: 'N',
    verified_purchase: 'Y',
    review_headline: 'Tom &amp; me',
    review_body: 'Good.<br /><br />I said &#34;good&#34;, &lt;b&gt; is <b>bold</b>.',
    review_date: '2014-05-06',
  };
  const wrangle = (changes: Record<string, string | null>): unknown =>
    reviews.wrangle({ ...review, ...changes }, context);

  it('gives plain texts, booleans and figures', () => {
    assert.deepEqual(wrangle({}), {
      ...review,
      vine: false,
      verified_purchase: true,
      helpful_ratio: 0.75,
      review_headline: 'Tom & me',
      review_body: 'Good.\n\nI said "good", <b> is bold.',
      body_length: 34,
    });
  });

  it('leaves entities alone that do not exist, and signs that are no HTML', () => {
    for (const text of ['a &unknown; b', '&#0; &#x110000;', '3 < 4 & 5 > 4', 'R&D; I <3 it'])
      assert.equal((wrangle({ review_body: text }) as { review_body: string }).review_body, text);
  });

  it('filters reviews without a body', () => {
    assert.equal(wrangle({ review_body: null }), undefined);
  });

  it('rejects impossible votes and flags', () => {
    assert.throws(() => wrangle({ helpful_votes: '5' }), /^Error: 5 helpful votes of 4$/);
    assert.throws(() => wrangle({ vine: 'maybe' }), /vine is "maybe", neither Y nor N/);
  });

  it('leaves what has a wrong type to the conversion, which tells the column', () => {
    assert.equal((wrangle({ star_rating: 'five' }) as { star_rating: string }).star_rating, 'five');
    assert.equal((wrangle({ total_votes: 'some' }) as { total_votes: string }).total_votes, 'some');
  });

  it('has no ratio without votes', () => {
    const none = wrangle({ helpful_votes: '0', total_votes: '0' });
    assert.equal((none as { helpful_ratio: unknown }).helpful_ratio, null);
  });
});

describe('the birdstrikes app', () => {
  const report = {
    'Airport Name': 'NEW ORLEANS INTL',
    'Aircraft Make Model': 'B-737-300',
    'Effect Amount of damage': 'Substantial',
    'Flight Date': '1990-01-11',
    'Aircraft Airline Operator': 'US AIRWAYS*',
    'Origin State': 'Louisiana',
    'Phase of flight': 'Take-off run',
    'Wildlife Size': 'Small',
    'Wildlife Species': 'Unknown bird - small',
    'Time of day': 'Day',
    'Cost Other': '1',
    'Cost Repair': '2',
    'Cost Total $': '3',
    'Speed IAS in knots': '100',
  };
  const wrangle = (changes: Record<string, string | null>): unknown =>
    birdstrikes.wrangle({ ...report, ...changes }, context);

  it('names and derives the columns of its table', () => {
    assert.deepEqual(wrangle({}), {
      strike_id: context.rowId,
      state: 'Louisiana',
      flight_date: '1990-01-11',
      airport: 'NEW ORLEANS INTL',
      aircraft: 'B-737-300',
      operator: 'US AIRWAYS',
      military: false,
      phase: 'Take-off run',
      time_of_day: 'Day',
      damage: 'substantial',
      wildlife_size: 'Small',
      species: null,
      cost_repair: '2',
      cost_other: '1',
      cost_total: '3',
      speed_kmh: 185.2,
    });
    assert.equal((wrangle({ 'Speed IAS in knots': null }) as { speed_kmh: unknown }).speed_kmh, null);
  });

  it('filters what was parked and rejects a damage it does not know', () => {
    assert.equal(wrangle({ 'Phase of flight': 'Parked' }), undefined);
    assert.throws(() => wrangle({ 'Effect Amount of damage': 'C' }), /unknown damage "C"/);
  });
});
