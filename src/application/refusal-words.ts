import type { Locale } from './caller';

/** A refusal in the languages of people. `{name}` stands for a fact of it. */
export interface RefusalWords extends Readonly<Record<Locale, string>> {
  /** The very same request may succeed later. */
  readonly retryable: boolean;
}
