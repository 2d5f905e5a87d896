import type { PaymentKind, PaymentMethod } from '../domain/order/events';
import type { Sealed } from '../domain/kernel/sealed';
import type { Keyring } from './ports/keyring';

/** Contact, fields and instrument are sealed under the order they belong to: moved to another one they do not open. */
export const orderContext = (orderId: string): string => orderId;

/** How the buyer can be reached. */
export interface Contact {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

export const sealContact = (keyring: Keyring, orderId: string, contact: Contact): Sealed =>
  keyring.seal(JSON.stringify(contact), orderContext(orderId));

/** The same way to be reached, however it was typed: letters in lower case, numbers without blanks, signs and the prefix of the mainland. */
function normalised(text: string): string {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (plain.includes('@')) return plain;
  const digits = plain.replace(/\D/g, '').replace(/^00/, '');
  return /^861\d{10}$/.test(digits) ? digits.slice(2) : digits;
}

const MAY_BE_CONTACT = /@|^\s*\+?[\d\s()-]{4,}$/;

/** Keyed digest under which orders of a contact are found; null when the text cannot be one. Nobody learns the contact from it. */
export function contactKeyOf(keyring: Keyring, text: string): string | null {
  return MAY_BE_CONTACT.test(text) ? keyring.fingerprint(normalised(text), 'contact') : null;
}

export const contactKeysOf = (keyring: Keyring, { email, phone }: Contact): readonly string[] =>
  [email, phone].map((way) => (way === undefined ? null : contactKeyOf(keyring, way))).filter((key) => key !== null);

/** Throws KeyMissing or SealBroken. */
export const openContact = (keyring: Keyring, orderId: string, sealed: Sealed): Contact =>
  JSON.parse(keyring.open(sealed, orderContext(orderId))) as Contact;

/** A way to pay as it was asked for, its instrument in plain text. */
export interface MethodAsked {
  readonly gatewayId: string;
  readonly kind: PaymentKind;
  readonly returnUrl?: string | undefined;
  readonly instrument?: string | undefined;
}

/** The method as it is stored: the instrument only as ciphertext. */
export function sealedMethod(keyring: Keyring, orderId: string, { gatewayId, kind, returnUrl, instrument }: MethodAsked): PaymentMethod {
  return {
    gatewayId,
    kind,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(instrument === undefined ? {} : { instrument: keyring.seal(instrument, orderContext(orderId)) }),
  };
}

/** What the buyer filled in, by name. */
export type FormFields = Readonly<Record<string, string>>;

/** Throws KeyMissing or SealBroken. */
export const openFields = (keyring: Keyring, orderId: string, sealed: Sealed): FormFields =>
  JSON.parse(keyring.open(sealed, orderContext(orderId))) as FormFields;
