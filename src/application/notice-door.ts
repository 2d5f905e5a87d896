import { createHash } from 'node:crypto';
import { StreamNotUnderstood, TooContended } from './errors';
import { StoreUnavailable } from './ports/event-store';
import type { IncomingNotice, NoticeAcknowledgement, NoticeVerdict } from './ports/outside-call';

/** What the sender of a notice hears. Anything but a success makes it send the notice again later. */
export type NoticeAnswer = NoticeAcknowledgement;

export type NoticeOutcome = 'recorded' | 'already-so' | 'quarantined' | 'unreadable' | 'forged' | 'unknown-sender' | 'store-away';

/** One account at a gateway or channel, as far as its notices go. */
interface Sender<Notice> {
  verifyNotice(notice: IncomingNotice): NoticeVerdict<Notice>;
  readonly noticeAccepted: NoticeAcknowledgement;
}

export interface NoticeRoom<Notice extends { readonly noticeId: string }, Misfit extends string, Account extends Sender<Notice>> {
  find(senderId: string): Account | undefined;
  /** Stores the notice on its order, or says why it fits none. */
  record(senderId: string, account: Account, notice: Notice, bodyHash: string): Promise<'recorded' | 'already-so' | Misfit>;
  /** Keeps what fits no order as evidence; without `notice` nothing of it could be read. */
  quarantine(senderId: string, noticeId: string, cause: Misfit | 'UNREADABLE', bodyHash: string, notice?: Notice): Promise<void>;
  /** Counts what came in; nothing about a forged notice is worth more than a number. */
  received(senderId: string, outcome: NoticeOutcome): void;
}

const NOTICE_BYTES_MAX = 64 * 1_024;
/** What is kept of a notice is text of at most so many characters. */
const KEPT_CHARACTERS_MAX = 256;

const json = (status: number, body: object): NoticeAnswer => ({ status, contentType: 'application/json', body: JSON.stringify(body) });
/** Exactly the bytes that came: evidence, and the name under which a repeat is recognised. */
const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
export const clipped = (text: string): string => text.slice(0, KEPT_CHARACTERS_MAX);

const isTaken = (end: string): end is 'recorded' | 'already-so' => end === 'recorded' || end === 'already-so';

/** The way of every notice: judged over its raw bytes, stored, and only then is its sender told that it was taken. */
export async function receiveNotice<Notice extends { readonly noticeId: string }, Misfit extends string, Account extends Sender<Notice>>(
  room: NoticeRoom<Notice, Misfit, Account>,
  senderId: string,
  incoming: IncomingNotice,
): Promise<NoticeAnswer> {
  const tell = (outcome: NoticeOutcome, answer: NoticeAnswer): NoticeAnswer => {
    room.received(senderId, outcome);
    return answer;
  };
  if (incoming.body.length > NOTICE_BYTES_MAX) return json(413, { ok: false });
  const account = room.find(senderId);
  if (account === undefined) return tell('unknown-sender', json(404, { ok: false }));
  const verdict = account.verifyNotice(incoming);
  if (verdict.outcome === 'forged') return tell('forged', json(401, { ok: false }));
  const bodyHash = hashOf(incoming.body);
  try {
    if (verdict.outcome === 'unreadable') {
      await room.quarantine(senderId, bodyHash, 'UNREADABLE', bodyHash);
      return tell('unreadable', json(400, { ok: false }));
    }
    const notice = { ...verdict.notice, noticeId: clipped(verdict.notice.noticeId) };
    const end = await room.record(senderId, account, notice, bodyHash);
    if (isTaken(end)) return tell(end, account.noticeAccepted);
    await room.quarantine(senderId, notice.noticeId, end, bodyHash, notice);
    return tell('quarantined', account.noticeAccepted);
  } catch (error) {
    if (!(error instanceof StoreUnavailable || error instanceof TooContended || error instanceof StreamNotUnderstood)) throw error;
    return tell('store-away', json(503, { ok: false }));
  }
}
