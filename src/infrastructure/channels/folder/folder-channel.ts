import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type {
  BalanceFacts,
  ChannelFlags,
  ChannelNotice,
  IssuingChannel,
  PurchaseFacts,
  PurchaseRequest,
  StockFacts,
} from '../../../application/ports/channel';
import type { CallAnswer, CallOptions, IncomingNotice, NoticeVerdict } from '../../../application/ports/outside-call';
import { plainDecimal } from '../../../domain/kernel/decimal';
import { webhookKey, type WebhookKey } from '../../../protocols/webhook-signing';
import { isReference } from '../../../protocols/wire';
import { answered, notDone, notFound, refused, unknown } from '../../http/outcomes';
import { purchaseNotice } from '../v1-purchases';
import { pending, purchaseIn, type Wanted } from './answer';
import { readCsv, type Row } from './csv';
import { codeOf, ExchangeFolder } from './exchange';
import { requestText, wantedIn } from './request';
import type { FolderSettings } from './settings';

const LOOK_FIRST_MS = 20;
const LOOK_MAX_MS = 200;

/**
 * An upstream that is served by files in a folder of its own: requests go out under their id, answers come in under the same. Throws at construction when settings
 * cannot be used, and never afterwards.
 */
export class FolderChannel implements IssuingChannel {
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' } as const;
  private readonly folder: ExchangeFolder;
  private readonly currency: string;
  private readonly waitMs: number;
  readonly #keys: readonly WebhookKey[];

  /** `dropRoot`: the folder that holds those of all such channels. */
  constructor({ id, currency, waitSeconds, webhookSecrets, flags, notFoundFinalAfterSeconds }: FolderSettings, dropRoot: string | undefined) {
    if (dropRoot === undefined) throw new Error('CARDRAIL_DROP_DIR has to name the folder that holds those of folder channels');
    this.flags = flags;
    this.notFoundFinalAfterSeconds = notFoundFinalAfterSeconds;
    this.currency = currency;
    this.waitMs = waitSeconds * 1_000;
    this.folder = new ExchangeFolder(join(dropRoot, id));
    this.#keys = webhookSecrets.map(webhookKey);
  }

  async purchase(request: PurchaseRequest, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!isReference(request.requestId)) return refused('INVALID_REQUEST_ID');
    if (request.currency !== this.currency) return refused('WRONG_CURRENCY');
    const endsAt = performance.now() + Math.min(options.timeoutMs, this.waitMs);
    const text = requestText(request);
    const sent = await this.send(request, text, options);
    return sent ?? this.wait(request, endsAt, options.signal);
  }

  async query(requestId: string): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.lookup) return refused('NOT_SUPPORTED');
    if (!isReference(requestId)) return refused('INVALID_REQUEST_ID');
    return this.guarded(async () => {
      const request = await this.known(requestId);
      if (request === undefined) return (await this.folder.isWhole()) ? notFound : unknown('FOLDER_NOT_WHOLE');
      const wanted = wantedIn(request);
      return wanted?.requestId === requestId ? this.look(wanted) : unknown('REQUEST_CHANGED');
    });
  }

  cancel(): Promise<CallAnswer<PurchaseFacts>> {
    return Promise.resolve(refused('NOT_SUPPORTED'));
  }

  stock(product: string): Promise<CallAnswer<StockFacts>> {
    return this.guarded(async () => {
      const rows = await this.list('offers.csv');
      if (rows === undefined) return unknown('NO_OFFERS');
      const row = rows.find((one) => one['product'] === product);
      if (row === undefined) return refused('UNKNOWN_PRODUCT');
      const available = /^(?:0|[1-9][0-9]{0,8})$/.test(row['available'] ?? '') ? Number(row['available']) : null;
      const unitCostMinor = plainDecimal(row['cost'] ?? '', this.currency);
      if (available === null || unitCostMinor === null) return unknown('UNREADABLE_OFFER');
      return answered({ available, unitCostMinor, currency: this.currency });
    });
  }

  balance(): Promise<CallAnswer<BalanceFacts>> {
    return this.guarded(async () => {
      const [row] = (await this.list('balance.csv')) ?? [];
      const balanceMinor = plainDecimal(row?.['balance'] ?? '', this.currency);
      return balanceMinor === null ? unknown('NO_BALANCE') : answered({ balanceMinor, currency: this.currency });
    });
  }

  verifyNotice(notice: IncomingNotice): NoticeVerdict<ChannelNotice> {
    return purchaseNotice(this.#keys, notice);
  }

  /** Nothing is held open. */
  release(): Promise<void> {
    return Promise.resolve();
  }

  /** Undefined once the request stands in the folder, whoever put it there. */
  private async send(request: PurchaseRequest, text: string, options: CallOptions): Promise<CallAnswer<never> | undefined> {
    const { requestId, product } = request;
    let published = false;
    try {
      const before = await this.known(requestId);
      if (before !== undefined) return before === text ? undefined : refused('REQUEST_ID_REUSED');
      if (options.signal?.aborted) return notDone('ABORTED');
      if (!(await this.folder.isWhole())) return notDone('FOLDER_NOT_WHOLE');
      const offers = await this.list('offers.csv');
      if (offers !== undefined && !offers.some((row) => row['product'] === product)) return refused('UNKNOWN_PRODUCT');
      const end = await this.folder.publish(`${requestId}.json`, text, () => options.maySend?.() !== false);
      if (end === 'TOO_LATE') return notDone('TOO_LATE');
      // Somebody else was quicker; what stands there is compared like any other.
      if (end === 'THERE') return (await this.known(requestId)) === text ? undefined : refused('REQUEST_ID_REUSED');
      published = true;
      await this.folder.makeDurable();
      return undefined;
    } catch (error) {
      return published ? unknown(codeOf(error)) : notDone(codeOf(error));
    }
  }

  /** The request as it stands with the upstream: not yet taken, or taken. It goes from the one place to the other, so it is looked for in this order. */
  private async known(requestId: string): Promise<string | undefined> {
    for (const place of ['requests', 'taken'] as const) {
      const file = await this.folder.read(place, `${requestId}.json`);
      if (file.found) return file.text;
      if (file.why === 'UNFIT') return '';
    }
    return undefined;
  }

  private async wait(wanted: Wanted, endsAt: number, signal: AbortSignal | undefined): Promise<CallAnswer<PurchaseFacts>> {
    for (let lookMs = LOOK_FIRST_MS; ; lookMs = Math.min(lookMs * 2, LOOK_MAX_MS)) {
      const seen = await this.guarded(() => this.look(wanted));
      const isPending = seen.outcome === 'answered' && seen.facts.status === 'PENDING';
      if (!isPending || signal?.aborted === true || performance.now() + lookMs > endsAt) return seen;
      await pause(lookMs);
    }
  }

  private async look(wanted: Wanted): Promise<CallAnswer<PurchaseFacts>> {
    const answer = await this.folder.read('answers', `${wanted.requestId}.csv`);
    if (!answer.found) return answer.why === 'NONE' ? answered(pending(wanted)) : unknown('UNFIT_ANSWER');
    const facts = purchaseIn(answer.text, wanted);
    return facts === undefined ? unknown('UNREADABLE_ANSWER') : answered(facts);
  }

  private async list(name: string): Promise<readonly Row[] | undefined> {
    const file = await this.folder.readList(name);
    return file.found ? readCsv(file.text) : undefined;
  }

  /** A question that the disk did not answer. */
  private async guarded<Facts>(ask: () => Promise<CallAnswer<Facts>>): Promise<CallAnswer<Facts>> {
    try {
      return await ask();
    } catch (error) {
      return unknown(codeOf(error));
    }
  }
}
