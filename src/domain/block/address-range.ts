/** An IP address as a number. IPv4 that is written as IPv6 counts as IPv4: it is the same machine. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** All addresses that share their first bits. */
export interface AddressRange extends IpAddress {
  readonly bits: number;
}

/** A wider network is a slip of the pen, or a country. */
export const RANGE_BITS_MIN: Readonly<Record<4 | 6, number>> = { 4: 8, 6: 19 };
export const ADDRESS_BITS: Readonly<Record<4 | 6, number>> = { 4: 32, 6: 128 };

const MAPPED_V4 = 0xffffn;

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** Groups of one side of `::`. At the very end an IPv4 address may stand for the last two. Null when it is none. */
function groupsOf(text: string, isEnd: boolean): readonly bigint[] | null {
  if (text === '') return [];
  const words = text.split(':');
  const last = words.at(-1) ?? '';
  const v4 = last.includes('.') ? parseV4(last) : null;
  if (last.includes('.') && (v4 === null || !isEnd)) return null;
  const hex = v4 === null ? words : words.slice(0, -1);
  if (hex.some((word) => !/^[0-9a-f]{1,4}$/.test(word))) return null;
  return [...hex.map((word) => BigInt(`0x${word}`)), ...(v4 === null ? [] : [v4 >> 16n, v4 & 0xffffn])];
}

function parseV6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::');
  const [before, after] = [groupsOf(head, tail === undefined), tail === undefined ? [] : groupsOf(tail, true)];
  if (more.length > 0 || before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...before, ...Array.from({ length: missing }, () => 0n), ...after].reduce((value, group) => (value << 16n) | group, 0n);
}

/** Null when the text is no IP address. */
export function parseAddress(typed: string): IpAddress | null {
  const text = typed.trim().toLowerCase();
  const v4 = parseV4(text);
  if (v4 !== null) return { version: 4, value: v4 };
  const v6 = text.includes(':') ? parseV6(text) : null;
  if (v6 === null) return null;
  return v6 >> 32n === MAPPED_V4 ? { version: 4, value: v6 & 0xffffffffn } : { version: 6, value: v6 };
}

const without = (value: bigint, low: number): bigint => (value >> BigInt(low)) << BigInt(low);

/** The network of so many bits that an address is in. */
export const rangeOf = ({ version, value }: IpAddress, bits: number): AddressRange => ({
  version,
  bits,
  value: without(value, ADDRESS_BITS[version] - bits),
});

/** `203.0.113.0/24`; whatever stands behind the bits is taken for zero. Null when it is none. */
export function parseRange(typed: string): AddressRange | null {
  const [network = '', bits = '', ...more] = typed.trim().split('/');
  const address = parseAddress(network);
  if (address === null || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > ADDRESS_BITS[address.version]) return null;
  return rangeOf(address, Number(bits));
}

/** One text for each address, however it was typed. */
export function addressText({ version, value }: IpAddress): string {
  const [groups, size] = version === 4 ? [4, 8n] : [8, 16n];
  const parts = Array.from({ length: groups }, (_, at) => (value >> (BigInt(groups - 1 - at) * size)) & ((1n << size) - 1n));
  return version === 4 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}

export const rangeText = (range: AddressRange): string => `${addressText(range)}/${range.bits}`;
