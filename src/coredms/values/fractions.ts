import {
  converter,
  invalid,
  outOfRange,
  Unconvertible,
  wrongType,
  type Converter,
  type CqlValue,
} from './conversion.ts';

const decimalForm = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,12}))?$/;
const specials = new Map([
  ['nan', NaN],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
]);

/** float (rounded to the nearest of 32 bits) and double; also NaN, Infinity and inf in any case. */
function floatingConverter(type: string, range: string, round: (value: number) => number): Converter {
  return converter(
    (text) => {
      if (!decimalForm.test(text)) return specials.get(text.toLowerCase()) ?? invalid(text, `a ${type}`);
      const value = round(Number(text));
      return Number.isFinite(value) ? value : outOfRange(text, type, range);
    },
    (input) => {
      if (typeof input === 'number') {
        const value = round(input);
        return Number.isFinite(input) && !Number.isFinite(value) ? outOfRange(input, type, range) : value;
      }
      if (typeof input !== 'bigint') return wrongType(input, `a ${type}`, 'give a number');
      const value = round(Number(input));
      if (!Number.isFinite(value)) return outOfRange(input, type, range);
      return BigInt(value) === input ? value : wrongType(input, `exact as a ${type}`, 'give a number');
    },
  );
}

export const doubleConverter = floatingConverter('double', '±1.7976931348623157e308', (value) => value);
export const floatConverter = floatingConverter('float', '±3.4028235e38', Math.fround);

const maxDigits = 10_000;
const maxScale = 2 ** 31 - 1;

/** The form in which java.math.BigDecimal prints the number `digits × 10^-scale`, so equal text means equal number and scale. */
function printed(negative: boolean, digits: string, scale: number): string {
  const unscaled = digits.replace(/^0+(?=\d)/, '');
  const sign = negative && unscaled !== '0' ? '-' : '';
  const exponent = unscaled.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) {
    if (scale === 0) return sign + unscaled;
    const padded = unscaled.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = unscaled.length > 1 ? `${unscaled.charAt(0)}.${unscaled.slice(1)}` : unscaled;
  return `${sign}${mantissa}E${exponent < 0 ? '' : '+'}${exponent}`;
}

function decimalFromText(text: string): CqlValue | Unconvertible {
  const parts = decimalForm.exec(text);
  if (!parts) return invalid(text, 'a decimal');
  const whole = parts[2] ?? '';
  const fraction = parts[3] ?? parts[4] ?? '';
  if (whole.length + fraction.length > maxDigits) {
    return new Unconvertible('VALUE_OUT_OF_RANGE', `the decimal has more than ${maxDigits} digits`);
  }
  const scale = fraction.length - Number(parts[5] ?? 0);
  if (Math.abs(scale) > maxScale) return outOfRange(text, 'decimal', `a scale of at most ±${maxScale}`);
  return printed(parts[1] === '-', whole + fraction, scale);
}

/** At most 10,000 digits. */
export const decimalConverter: Converter = converter(decimalFromText, (input) => {
  if (typeof input === 'bigint') return decimalFromText(input.toString());
  if (typeof input !== 'number' || !Number.isFinite(input)) return wrongType(input, 'a decimal', 'give a string');
  // A double carries every decimal of 15 digits; with more it is the result of rounding somewhere before.
  const text = String(input);
  const digits = text.replace(/e.*$/, '').replace(/\D/g, '').replace(/^0+/, '');
  if (digits.length > 15) {
    return wrongType(input, 'an exact decimal', 'give a string, like value.toFixed(2)');
  }
  return decimalFromText(text);
});
