/**
 * MongoDB compares text by its UTF-8 bytes, JavaScript by UTF-16 units, and the two differ outside the first plane. Inside the
 * fake every text is therefore a text with one character per byte: comparing those is comparing bytes.
 */
export const textToBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const textFromBytes = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

/** The same document with every text replaced. Values of BSON's own classes stay as they are. */
export function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, map)]));
}
