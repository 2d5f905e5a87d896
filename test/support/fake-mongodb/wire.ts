import { BSON } from 'mongodb';
import { mapTexts, textFromBytes, textToBytes } from './byte-text';

/** A command or an answer, with its text as `byte-text.ts` has it. */
export type Doc = Record<string, unknown>;

export interface Request {
  readonly id: number;
  readonly command: Doc;
  /** The first greeting of a client comes in the form of long ago, and is answered in it. */
  readonly isLegacy: boolean;
  /** The client does not want to hear. */
  readonly wantsNoAnswer: boolean;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const MORE_TO_COME = 2;
const MESSAGE_BYTES_MAX = 48_000_000;

/** Cuts a byte stream into requests. Throws for what is no message of MongoDB. */
export class RequestReader {
  private pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Request[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const requests: Request[] = [];
    for (;;) {
      if (this.pending.length < HEADER_BYTES) return requests;
      const length = this.pending.readInt32LE(0);
      if (length < HEADER_BYTES || length > MESSAGE_BYTES_MAX) throw new Error(`no message of MongoDB: length ${length}`);
      if (this.pending.length < length) return requests;
      requests.push(requestOf(this.pending.subarray(0, length)));
      this.pending = this.pending.subarray(length);
    }
  }
}

function requestOf(message: Buffer): Request {
  const [id, opCode] = [message.readInt32LE(4), message.readInt32LE(12)];
  if (opCode === OP_QUERY) {
    const nameEnds = message.indexOf(0, HEADER_BYTES + 4);
    return { id, command: read(message.subarray(nameEnds + 9)), isLegacy: true, wantsNoAnswer: false };
  }
  if (opCode !== OP_MSG) throw new Error(`operation ${opCode} is not spoken here`);
  const flags = message.readUInt32LE(HEADER_BYTES);
  return { id, command: sectionsOf(message), isLegacy: false, wantsNoAnswer: (flags & MORE_TO_COME) !== 0 };
}

/** The body, with lists that came in sections of their own put back to where they belong. */
function sectionsOf(message: Buffer): Doc {
  const command: Doc = {};
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const kind = message[at];
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    if (kind === 0) Object.assign(command, read(section));
    else {
      const nameEnds = section.indexOf(0, 4);
      command[section.toString('utf8', 4, nameEnds)] = documentsIn(section.subarray(nameEnds + 1));
    }
    at += 1 + length;
  }
  return command;
}

function documentsIn(bytes: Buffer): readonly Doc[] {
  const documents: Doc[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) documents.push(read(bytes.subarray(at)));
  return documents;
}

function read(bytes: Buffer): Doc {
  return mapTexts(BSON.deserialize(bytes.subarray(0, bytes.readInt32LE(0))), textToBytes) as Doc;
}

export function answerTo({ id, isLegacy }: Request, answer: Doc): Buffer {
  const document = Buffer.from(BSON.serialize(mapTexts(answer, textFromBytes) as Doc));
  const before = isLegacy ? Buffer.alloc(20) : Buffer.alloc(5);
  // One document is returned.
  if (isLegacy) before.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + before.length + document.length, 0);
  header.writeInt32LE(id, 8);
  header.writeInt32LE(isLegacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, before, document]);
}
