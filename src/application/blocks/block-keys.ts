import { addressText, parseAddress } from '../../domain/block/address-range';
import type { BlockKind } from '../../domain/block/events';
import type { Keyring } from '../ports/keyring';

/** What an order has that could be blocked: keyed digests, and of its address the text too, which is never kept. */
export interface Blockable {
  readonly contactKeys: readonly string[];
  readonly address?: string | undefined;
  readonly addressKey?: string | undefined;
  readonly deviceKey?: string | undefined;
}

/** Digest of where something was ordered from, the same however the address was written. */
export function addressKeyOf(keyring: Keyring, typed: string): string {
  const address = parseAddress(typed);
  return keyring.fingerprint(address === null ? typed.trim().toLowerCase() : addressText(address), 'client-address');
}

export const deviceKeyOf = (keyring: Keyring, device: string): string => keyring.fingerprint(device, 'client-device');

/** Kinds that are one digest each. */
export const keysToLookUp = ({ contactKeys, addressKey, deviceKey }: Blockable): readonly (readonly [BlockKind, string])[] => [
  ...contactKeys.map((key) => ['CONTACT', key] as const),
  ...(addressKey === undefined ? [] : [['ADDRESS', addressKey] as const]),
  ...(deviceKey === undefined ? [] : [['DEVICE', deviceKey] as const]),
];
