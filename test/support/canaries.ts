import { randomBytes } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

const SHAPE = /cnry[0-9a-f]{40}/i;
const CANARY_BYTES = 20;
/** Values of no shape of their own that one watch looks for; later ones are let go by. */
const TOLD_MAX = 100;
/** A refusal has a `code`, too, and that is no secret. */
const REFUSAL_CODE = /^[A-Z_]+$/;
/** Shorter ones turn up by chance, longer ones are no secrets but attacks. */
const TOLD_CHARACTERS = { min: 12, max: 512 };
/** Of a longer file, such as the log of a year that a test has made up, its beginning is looked at. */
const FILE_BYTES_MAX = 32 * 1024 * 1024;
/** What a line or a chunk may have cut in two. */
const OVERLAP_CHARACTERS = TOLD_CHARACTERS.max;

/** A text that stands for a secret and is known by its look wherever it turns up. URL-safe, and long enough for an API key. */
export const canary = (): string => `cnry${randomBytes(CANARY_BYTES).toString('hex')}`;

/** Members of what is sent to the API, and of what it answers, that are secrets of somebody. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set(['accessToken', 'code', 'email', 'instrument', 'phone', 'receipt', 'shareToken']);

/** Where a secret was found, by name. */
export class SecretFound extends Error {
  override readonly name = 'SecretFound';
  constructor(readonly places: readonly string[]) {
    super(`secrets that the tests planted were found where they must never be:\n${places.map((place) => `  ${place}`).join('\n')}`);
  }
}

/**
 * Follows what a shop under test writes, and knows what it must never write: whatever looks like a canary, and the secrets that went through its
 * API in plain text. `check` fails whoever closes the shop, and with it the suite.
 */
export class CanaryWatch {
  private readonly told = new Set<string>();
  private readonly places = new Set<string>();
  private readonly tails = new Map<string, string>();

  /** A secret that looks like nothing. */
  tell(secret: string): void {
    const { length } = secret;
    if (REFUSAL_CODE.test(secret)) return;
    if (length < TOLD_CHARACTERS.min || length > TOLD_CHARACTERS.max || this.told.size >= TOLD_MAX || SHAPE.test(secret)) return;
    this.told.add(secret);
    // And as it stands in files, which are read one character for each byte.
    this.told.add(Buffer.from(secret, 'utf8').toString('latin1'));
  }

  /** What somebody sends to the API, or is answered, member by member. */
  tellFrom(value: unknown): void {
    if (Array.isArray(value)) for (const one of value) this.tellFrom(one);
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) {
        if (typeof member !== 'string') this.tellFrom(member);
        else if (SECRET_MEMBERS.has(name)) this.tell(member);
      }
  }

  /** Something was written there. What comes in pieces is looked at across its seams. */
  saw(place: string, text: string): void {
    const whole = (this.tails.get(place) ?? '') + text;
    this.tails.set(place, whole.slice(-OVERLAP_CHARACTERS));
    this.look(place, whole);
  }

  /** An error went to a caller: it may say back what they sent, and nothing else that is secret. */
  sawError(error: string, sent: string): void {
    const found = this.foundIn(error);
    if (found !== undefined && !sent.includes(found)) this.places.add(`an error: ${error.slice(0, 300)}`);
  }

  /** Looks at every file below a folder. `mayHold`: those that are there to hold codes, by their path in it. */
  async sawFolder(folder: string, mayHold: (path: string) => boolean = () => false): Promise<void> {
    const entries: readonly Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (mayHold(relative(folder, path))) continue;
      await this.sawFile(`the file ${relative(folder, path)}`, path);
    }
  }

  /** A file that is gone meanwhile holds nothing. */
  private async sawFile(place: string, path: string): Promise<void> {
    try {
      for await (const piece of createReadStream(path, { encoding: 'latin1', end: FILE_BYTES_MAX - 1 })) this.saw(place, piece as string);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** Throws SecretFound. */
  check(): void {
    if (this.places.size > 0) throw new SecretFound([...this.places]);
  }

  private look(place: string, text: string): void {
    if (this.foundIn(text) !== undefined) this.places.add(place);
  }

  private foundIn(text: string): string | undefined {
    const shaped = SHAPE.exec(text)?.[0];
    if (shaped !== undefined) return shaped;
    for (const secret of this.told) if (text.includes(secret)) return secret;
    return undefined;
  }
}
