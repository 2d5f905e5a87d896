import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { DELAY_MS } from './delays';
import type { Delays } from './delays';

/** Something to be told; the facts are a payment or a purchase in the words of the protocol. */
export interface Notice<Facts> {
  readonly id: string;
  readonly url: string;
  /** What it says, true or not. */
  readonly facts: Facts;
  /** Signed with a key that is not ours. */
  readonly forged: boolean;
}

export interface Letter {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** How one protocol writes its notices, and what it wants to hear. */
export interface Courier<Facts> {
  /** Whether the protocol has a notice for this at all. */
  carries(facts: Facts): boolean;
  /** Written anew for each try: time and signature are those of the try, milliseconds since 1970 UTC. */
  letter(notice: Notice<Facts>, atMs: number): Letter;
  /** Ends the tries. */
  isTaken(status: number, answer: string): boolean;
}

/** One notice on its way, whatever it is about. */
interface Sending {
  readonly forged: boolean;
  letter(atMs: number): Letter;
  isTaken(status: number, answer: string): boolean;
}

const CONNECTIONS_MAX = 128;
const TRIES_MAX = 15;
/** Notices waiting for an answer or their next try; what comes beyond is lost, as at a real gateway. */
const WAITING_MAX = 100_000;
const ANSWER_WITHIN_MS = 10_000;

/** Of an answer nobody reads more than this. */
const ANSWER_CHARACTERS_MAX = 64;

/** Delivers notices again and again until they are taken. */
export class NoticeSender {
  private readonly agent = new Agent({ connections: CONNECTIONS_MAX, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS });
  private waiting = 0;

  constructor(private readonly delays: Delays) {}

  send<Facts>(notice: Notice<Facts>, courier: Courier<Facts>, delayMs = 0): void {
    if (this.waiting >= WAITING_MAX) return;
    this.waiting++;
    const sending: Sending = {
      forged: notice.forged,
      letter: (atMs) => courier.letter(notice, atMs),
      isTaken: (status, answer) => courier.isTaken(status, answer),
    };
    if (delayMs === 0) this.deliver(sending, 1);
    else this.delays.after(delayMs, () => this.deliver(sending, 1));
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private deliver(sending: Sending, attempt: number): void {
    const { method, url, headers, body } = sending.letter(this.delays.nowMs());
    const { origin, pathname, search } = new URL(url);
    const heard = new Delivery((status, answer) => this.answered(sending, attempt, sending.isTaken(status, answer)));
    this.agent.dispatch({ origin, path: pathname + search, method, headers, body }, heard);
  }

  private answered(sending: Sending, attempt: number, taken: boolean): void {
    if (taken || sending.forged || attempt >= TRIES_MAX) {
      this.waiting--;
      return;
    }
    const delayMs = Math.min(DELAY_MS.noticeRetryFirst * 2 ** (attempt - 1), DELAY_MS.noticeRetryMax);
    this.delays.after(delayMs, () => this.deliver(sending, attempt + 1));
  }
}

/** Hears the answer to one delivery; the status is 0 when there was none. */
class Delivery implements Dispatcher.DispatchHandler {
  private status = 0;
  private answer = '';

  constructor(private readonly heard: (status: number, answer: string) => void) {}

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.answer.length <= ANSWER_CHARACTERS_MAX) this.answer += chunk.toString('latin1', 0, ANSWER_CHARACTERS_MAX + 1);
  }

  onResponseEnd(): void {
    this.heard(this.status, this.answer);
  }

  onResponseError(): void {
    this.heard(0, '');
  }
}
