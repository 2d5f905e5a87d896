import type { Sealed } from '../domain/kernel/sealed';
import { subjectIdFor, subjectKeyNameOf, subjectKid, type SubjectKeyName } from '../domain/kernel/subject';
import type { OrderSubmitted, PaymentKind, PaymentMethod } from '../domain/order/events';
import { TooContended } from './errors';
import { type KeyInSeal, KeyMissing, type Keyring } from './ports/keyring';
import type { SubjectKeys } from './ports/subject-keys';

/** Contact, fields, instrument and receipt are sealed under the order they belong to: moved to another one they do not open. */
const orderContext = (orderId: string): string => orderId;

/** The context of a person's key within the keyring: put in another's place it does not open. */
export const subjectKeyContext = ({ subject, generation }: SubjectKeyName): string => `subject-key|${subject}|${generation}`;

/** Whose order it is. */
export interface OrderOwner {
  readonly orderId: string;
  readonly subject: string;
}

interface Bought extends Pick<OrderSubmitted, 'clientId'> {
  readonly buyer: Pick<OrderSubmitted['buyer'], 'ref'>;
}

export const ownerOf = (orderId: string, { clientId, buyer }: Bought): OrderOwner => ({
  orderId,
  subject: subjectIdFor(clientId, buyer.ref),
});

/** Seals one text under the order it was made for. */
export type SealForOrder = (plain: string) => Sealed;

/** Each loss means that somebody is being erased in this very moment. */
const RETIRED_MEANWHILE_MAX = 4;

/**
 * What an order holds of its buyer: sealed with the key of that person, which can be destroyed. Orders of before there were such keys are
 * sealed with a key of the keyring, and open as ever.
 */
export class OrderSecrets {
  constructor(
    private readonly keyring: Keyring,
    private readonly keys: SubjectKeys,
  ) {}

  /** The key is on the disk before this resolves: what is sealed with it may be stored. Rejects with SubjectKeysUnavailable, KeyMissing. */
  async sealerFor({ orderId, subject }: OrderOwner): Promise<SealForOrder> {
    for (let tries = 0; tries < RETIRED_MEANWHILE_MAX; tries++) {
      const { generation, wrapped } = await this.keys.current(subject);
      const name = { subject, generation };
      const key = wrapped === null ? await this.keys.keep({ ...name, wrapped: this.keyring.newKey(subjectKeyContext(name)) }) : { wrapped };
      if (key === null) continue;
      const inSeal: KeyInSeal = { wrapped: key.wrapped, context: subjectKeyContext(name) };
      return (plain) => this.keyring.sealWith(inSeal, subjectKid(name), plain, orderContext(orderId));
    }
    throw new TooContended(`subject ${subject}: its key was retired again and again`);
  }

  async seal(owner: OrderOwner, plain: string): Promise<Sealed> {
    return (await this.sealerFor(owner))(plain);
  }

  /** Rejects with KeyMissing, also for a key that was destroyed, with SealBroken and SubjectKeysUnavailable. */
  async open(orderId: string, sealed: Sealed): Promise<string> {
    const name = subjectKeyNameOf(sealed.kid);
    if (name === null) return this.keyring.open(sealed, orderContext(orderId));
    const wrapped = await this.keys.find(name);
    if (wrapped === null) throw new KeyMissing('The key of this person is not there: it was destroyed, or lost.');
    return this.keyring.openWith({ wrapped, context: subjectKeyContext(name) }, sealed, orderContext(orderId));
  }

  /** Rejects like `open`. */
  async openContact(orderId: string, sealed: Sealed): Promise<Contact> {
    return JSON.parse(await this.open(orderId, sealed)) as Contact;
  }

  /** Rejects like `open`. */
  async openFields(orderId: string, sealed: Sealed): Promise<FormFields> {
    return JSON.parse(await this.open(orderId, sealed)) as FormFields;
  }
}

/** How the buyer can be reached. */
export interface Contact {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

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

/** A way to pay as it was asked for, its instrument in plain text. */
export interface MethodAsked {
  readonly gatewayId: string;
  readonly kind: PaymentKind;
  readonly returnUrl?: string | undefined;
  readonly instrument?: string | undefined;
}

/** The method as it is stored: the instrument only as ciphertext. */
export function sealedMethod(seal: SealForOrder, { gatewayId, kind, returnUrl, instrument }: MethodAsked): PaymentMethod {
  return {
    gatewayId,
    kind,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(instrument === undefined ? {} : { instrument: seal(instrument) }),
  };
}

/** What the buyer filled in, by name. */
export type FormFields = Readonly<Record<string, string>>;
