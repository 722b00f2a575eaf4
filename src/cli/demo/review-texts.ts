import type { SeededRandom } from './random.ts';

type Words = readonly [string, ...string[]];

const subjects: Words = [
  'My sister',
  'The delivery',
  'This one',
  'The whole order',
  'My nephew',
  'Everything about it',
  'The code',
  'A friend',
  'The second one I bought',
  'The packaging',
  'Customer service',
  'My grandmother',
  'The download',
  'It',
  'The seller',
];
const verbs: Words = [
  'arrived within a day',
  'worked on the first try',
  'was exactly as described',
  'looked better than in the pictures',
  'did not work until I called twice',
  'came three days late',
  'was a real surprise',
  'saved me a trip to the store',
  'turned out to be too small',
  'kept crashing on my old computer',
  'needed an update before it would start',
  'was easy to redeem',
  'made everybody laugh',
  'was gone after a week',
  'has been in use every day since',
];
const additions: Words = [
  'and I would buy it again',
  'but the price is too high for what it is',
  'which is all I wanted',
  'so I sent it back',
  'and the kids love it',
  'although the instructions could be clearer',
  'just in time for the birthday',
  'even though the reviews had made me doubt',
  'and that was that',
  'as always',
  'for a last-minute present',
  'so be careful what you choose',
  'and nobody complained',
  'but your experience may differ',
  'like last year',
];
const foreign: Words = [
  'Très bon, merci!',
  'Großartig für den Preis.',
  'Muy fácil de usar, ¡gracias!',
  'Ihan hyvä, kiitos.',
  'Œuvre d’art ☺',
  'Perfekt som gåva!',
  'とても良い',
  '😀👍',
  '❤️ it',
  'Отлично!',
  '5 ⭐ for the idea',
];
const headlines: Words = [
  'Five Stars',
  'Great gift',
  'Works as expected',
  'Not what I expected',
  'Disappointed',
  'Perfect',
  'Love it!',
  'Good value for the money',
  'One Star',
  'Easy and fast',
  'Do not buy',
  'Very happy with this purchase',
  'Okay',
  'Four Stars',
  'Just what they wanted',
  'Would not recommend',
  'A bit expensive, but nice',
  'Quick delivery',
  'Fun!',
  '"Wow',
];
const adjectives: Words = [
  'Classic',
  'Deluxe',
  'Holiday',
  'Birthday',
  'Silver',
  'Blue',
  'Family',
  'Mini',
  'Premium',
  'Original',
  'Winter',
  'Happy',
];
const things: Words = [
  'Edition',
  'Box',
  'Collection',
  'Set',
  'Card',
  'Bundle',
  'Pack',
  'Tin',
  'Greeting',
  'Season Pass',
];

/** What reviews and products are put together from; made once, so that a row costs a few picks. */
export interface ReviewTexts {
  sentences: Words;
  /** Sentences with HTML, entities, stray quotes or other scripts, as real reviews have them. */
  oddities: Words;
  headlines: Words;
}

export function reviewTexts(random: SeededRandom): ReviewTexts {
  const sentence = (): string => {
    const start = `${random.pick(subjects)} ${random.pick(verbs)}`;
    return `${start}${random.chance(0.6) ? `${random.chance(0.5) ? ', ' : ' '}${random.pick(additions)}` : ''}${random.pick(['.', '.', '.', '!', '...'])}`;
  };
  const oddity = (): string => {
    switch (random.below(7)) {
      case 0:
        return `<br /><br />${sentence()}`;
      case 1:
        return `${sentence()}<br/>${sentence()}`;
      case 2:
        return `I &#34;love&#34; it &amp; would say so: ${sentence()}`;
      case 3:
        return `The 9" one. ${sentence()}`;
      case 4:
        return `<a href="/review?id=${random.below(1e6)}">See this</a> &lt;- ${sentence()}`;
      case 5:
        return random.pick(foreign);
      default:
        return `It&#39;s ${random.below(100)}% fine \\ ${sentence()}`;
    }
  };
  return { sentences: several(4000, sentence), oddities: several(1000, oddity), headlines };
}

export function productTitle(random: SeededRandom, category: string): string {
  const size = random.chance(0.3) ? ` - ${random.pick(['Small', 'Large', 'PC', '$25', '$50', 'Online Code'])}` : '';
  return `${category.replaceAll('_', ' ')} ${random.pick(adjectives)} ${random.pick(adjectives)} ${random.pick(things)}${size}`;
}

function several(count: number, make: () => string): Words {
  return [make(), ...Array.from({ length: count - 1 }, make)];
}
