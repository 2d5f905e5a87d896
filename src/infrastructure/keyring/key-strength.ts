/** Bytes of every key in the keyring: AES-256 and HMAC-SHA-256 both take 256 bits. */
export const KEY_BYTES = 32;

/** 32 random bytes hold fewer different values than this less often than once in 10^15 keys. */
const DIFFERENT_BYTES_MIN = 16;

/** The bytes of a key as it stands in the file, or null when the text is not exactly base64url. */
export function keyBytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

/** Why this cannot be a random 256-bit key, or null. The words never quote the key. */
export function keyWeakness(text: string): string | null {
  const bytes = keyBytes(text);
  if (bytes === null) return 'is not base64url';
  if (bytes.length !== KEY_BYTES) return `is ${bytes.length} bytes long, not ${KEY_BYTES}`;
  if (bytes.every((byte) => byte === 0)) return 'is all zero';
  if (isReadableText(bytes)) return 'is readable text, not a random key';
  if (new Set(bytes).size < DIFFERENT_BYTES_MIN || isCounting(bytes)) return 'is a pattern, not a random key';
  return null;
}

/** Words such as "change-me": 32 random bytes are all printable less often than once in 10^13 keys. */
function isReadableText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function isCounting(bytes: Buffer): boolean {
  const step = (bytes.readUInt8(1) - bytes.readUInt8(0)) & 0xff;
  return bytes.every((byte, at) => at === 0 || ((byte - bytes.readUInt8(at - 1)) & 0xff) === step);
}
