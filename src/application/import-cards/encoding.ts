/** Encodings in which suppliers send their files, as TextDecoder names them. GB18030 contains GBK and GB2312. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030'] as const;
export type Encoding = (typeof encodings)[number];

const BOMS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** Of the bytes at even or odd places: Latin text in UTF-16 has a zero in nearly every second byte. */
const ZEROS_SHARE = 0.3;
const ZEROS_MIN = 4;

/**
 * The encoding of a file by its beginning: by its byte order mark, by the zeros of UTF-16, else UTF-8; GB18030 when the bytes
 * are no UTF-8 and are sound GB18030. What fits none is read as UTF-8, and its bad rows are told.
 */
export function encodingOf(sample: Uint8Array): Encoding {
  const marked = BOMS.find(([, bom]) => bom.every((byte, at) => sample[at] === byte));
  if (marked !== undefined) return marked[0];
  const [even, odd] = [zerosAt(sample, 0), zerosAt(sample, 1)];
  if (odd > ZEROS_SHARE && odd > 2 * even) return 'utf-16le';
  if (even > ZEROS_SHARE && even > 2 * odd) return 'utf-16be';
  return !isSound(sample, 'utf-8') && isSound(sample, 'gb18030') ? 'gb18030' : 'utf-8';
}

function zerosAt(sample: Uint8Array, parity: 0 | 1): number {
  let zeros = 0;
  for (let at = parity; at < sample.length; at += 2) if (sample[at] === 0) zeros++;
  return zeros < ZEROS_MIN ? 0 : zeros / Math.floor(sample.length / 2);
}

/** A character that the sample cuts in two is no defect. */
function isSound(sample: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}
