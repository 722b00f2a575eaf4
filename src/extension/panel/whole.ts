/** A small part that is sent as a whole when it differs from what was sent before. */
export class Whole<T> {
  #value: T;
  #sent = '';

  constructor(value: T) {
    this.#value = value;
  }

  set(value: T): void {
    this.#value = value;
  }

  snapshot(): T {
    this.#sent = JSON.stringify(this.#value);
    return this.#value;
  }

  delta(): T | undefined {
    return JSON.stringify(this.#value) === this.#sent ? undefined : this.snapshot();
  }
}
