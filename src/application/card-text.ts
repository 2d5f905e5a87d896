import type { Sealed } from '../domain/kernel/sealed';
import type { Keyring } from './ports/keyring';

/** What is sealed as JSON in CardStocked: the code, what belongs to it, and until when it can be used (ISO-8601). */
export interface CardText {
  readonly code: string;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly expiresAt?: string | undefined;
}

/** A card's text opens only as this card of this SKU. */
export const cardContext = (cardId: string, skuId: string): string => `${cardId}|${skuId}`;

/** Keyed digest of a code: equal codes are recognised, and nobody learns one from it. */
export const cardFingerprint = (keyring: Keyring, code: string): string => keyring.fingerprint(code, 'card');

export const sealCard = (keyring: Keyring, cardId: string, skuId: string, text: CardText): Sealed =>
  keyring.seal(JSON.stringify(text), cardContext(cardId, skuId));
