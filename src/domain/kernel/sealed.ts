/** AES-256-GCM ciphertext as it stands in events: base64url parts and the id of the key that opens it. */
export interface Sealed {
  readonly kid: string;
  readonly iv: string;
  readonly tag: string;
  readonly ct: string;
}
