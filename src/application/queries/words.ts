import type { Money } from '../../domain/kernel/money';

/** A sentence for people, in both languages of the shop. Holds no secret. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export const words = (en: string, zh: string): Words => ({ en, zh });

/** Minor units as people write them: two decimals for the currencies that have them, which all ours do but a few. */
const NO_DECIMALS: ReadonlySet<string> = new Set(['JPY', 'KRW', 'VND', 'CLP', 'ISK', 'UGX', 'XAF', 'XOF', 'XPF']);
export const show = ({ amountMinor, currency }: Money): string =>
  NO_DECIMALS.has(currency) ? `${amountMinor} ${currency}` : `${(amountMinor / 100).toFixed(2)} ${currency}`;

export const counted = (cards: readonly unknown[]): string => `${cards.length} card${cards.length === 1 ? '' : 's'}`;
