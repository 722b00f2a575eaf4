/** The spread of values that come one by one; exact. */
export class Spread {
  #values = new Float64Array(16);
  #length = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** Percentiles by nearest rank: the smallest value that at least p % of all do not exceed; 0 without values. */
  result(): { p50: number; p95: number; max: number } {
    const sorted = this.#values.subarray(0, this.#length).sort();
    const percentile = (p: number) => sorted[Math.ceil((this.#length * p) / 100) - 1] ?? 0;
    return { p50: percentile(50), p95: percentile(95), max: percentile(100) };
  }
}
