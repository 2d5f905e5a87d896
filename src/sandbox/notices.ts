import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { signedHeaders, webhookKey } from '../protocols/webhook-signing';
import type { WebhookKey } from '../protocols/webhook-signing';
import { DELAY_MS } from './delays';
import type { Delays } from './delays';

export interface Notice {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  /** Signed with a key that is not ours. */
  readonly forged?: boolean;
}

const CONNECTIONS_MAX = 128;
const TRIES_MAX = 15;
/** Notices waiting for an answer or their next try; what comes beyond is lost, as at a real gateway. */
const WAITING_MAX = 100_000;
const ANSWER_WITHIN_MS = 10_000;

/** Delivers notices: the id stays, time and signature are renewed at each try, any 2xx ends it. */
export class NoticeSender {
  private readonly agent = new Agent({ connections: CONNECTIONS_MAX, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS });
  private readonly key: WebhookKey;
  private readonly wrongKey: WebhookKey;
  private waiting = 0;

  constructor(
    webhookSecret: string,
    private readonly delays: Delays,
  ) {
    this.key = webhookKey(webhookSecret);
    this.wrongKey = this.key.map((byte) => byte ^ 0xff) as WebhookKey;
  }

  send(notice: Notice, delayMs = 0): void {
    if (this.waiting >= WAITING_MAX) return;
    this.waiting++;
    if (delayMs === 0) this.deliver(notice, 1);
    else this.delays.after(delayMs, () => this.deliver(notice, 1));
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private deliver(notice: Notice, attempt: number): void {
    const url = new URL(notice.url);
    const key = notice.forged ? this.wrongKey : this.key;
    const headers = { 'content-type': 'application/json', ...signedHeaders([key], notice.id, this.delays.nowMs(), notice.body) };
    const heard = new Delivery((status) => this.answered(notice, attempt, status));
    this.agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method: 'POST', headers, body: notice.body }, heard);
  }

  private answered(notice: Notice, attempt: number, status: number): void {
    const taken = status >= 200 && status < 300;
    if (taken || notice.forged || attempt >= TRIES_MAX) {
      this.waiting--;
      return;
    }
    const delayMs = Math.min(DELAY_MS.noticeRetryFirst * 2 ** (attempt - 1), DELAY_MS.noticeRetryMax);
    this.delays.after(delayMs, () => this.deliver(notice, attempt + 1));
  }
}

/** Hears the status of one delivery; 0 when there was none. */
class Delivery implements Dispatcher.DispatchHandler {
  private status = 0;

  constructor(private readonly heard: (status: number) => void) {}

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    this.heard(this.status);
  }

  onResponseError(): void {
    this.heard(0);
  }
}
