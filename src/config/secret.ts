import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * A value that shows itself nowhere: not in logs, JSON, templates or a debugger's printout. Only `reveal` gives it away, which belongs where it is
 * used: in the wiring that opens a store, a gateway, a channel or a notifier.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
