import type { Locale } from './caller';

/** A refusal in the languages of people. `{name}` stands for a fact of it. */
export interface RefusalWords extends Readonly<Record<Locale, string>> {
  /** The very same request may succeed later. */
  readonly retryable: boolean;
}

/** Words with the facts of a refusal in their places; `?` stands for one that is missing. */
export const withFacts = (words: string, facts: Readonly<Record<string, string | number | boolean>> = {}): string =>
  words.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(facts[name] ?? '?'));
