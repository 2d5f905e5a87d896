import { mkdirSync } from 'node:fs';
import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decimalText } from '../../domain/kernel/decimal';
import type { PurchaseV1 } from '../../protocols/channel-v1';
import { places, requestFileSchema, type RequestFile } from '../../protocols/folder-v1';
import type { Channel } from '../channel';
import type { Fault, FaultRules } from '../faults';
import { purchaseView } from '../purchase-book';
import { parsed } from '../reply';

const LOOK_EVERY_MS = 10;

/**
 * An upstream that is served by files, as a small program of its owner would be: it takes each request by moving it, sells from the channel's book, and answers by a file
 * that appears whole. Faults: `hang` (taken, never answered), `delay`, `pending`, `malformed`, and those of a sale.
 */
export class FolderUpstream {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly channel: Channel,
    private readonly faults: FaultRules,
  ) {}

  async start(): Promise<void> {
    for (const place of ['requests', 'taken', 'answers']) mkdirSync(join(this.folder, place), { recursive: true });
    await this.tellWhatIsThere();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      for (const name of await readdir(join(this.folder, 'requests')))
        if (/^[A-Za-z0-9._-]+\.json$/.test(name) && !name.startsWith('.')) await this.take(name);
      // Whoever reads an answer finds lists that know of it.
      await this.tellWhatIsThere();
      await this.answerWhatIsDone();
      await pause(LOOK_EVERY_MS);
    }
  }

  /** An id that was taken before is the same request again, and is not sold twice. */
  private async take(name: string): Promise<void> {
    const request = requestFileSchema.safeParse(parsed(await readFile(join(this.folder, 'requests', name)))).data;
    await rename(join(this.folder, 'requests', name), join(this.folder, 'taken', name));
    if (request === undefined || this.channel.book.find(request.requestId) !== undefined) return;
    const occasion = { method: 'DROP', path: `/${places.request(request.requestId)}`, reference: request.requestId };
    const fault = this.faults.pick('purchase', occasion);
    if (fault?.fault === 'hang') return;
    this.channel.buy(request, JSON.stringify(request), fault, occasion);
    this.wanted.set(request.requestId, { request, fault });
  }

  private readonly wanted = new Map<string, { readonly request: RequestFile; readonly fault: Fault | undefined }>();

  private async answerWhatIsDone(): Promise<void> {
    for (const [requestId, { fault }] of this.wanted) {
      const purchase = this.channel.book.find(requestId);
      if (purchase === undefined || purchase.status === 'PENDING') continue;
      this.wanted.delete(requestId);
      const text = answerText(purchaseView(purchase));
      await this.drop(places.answer(requestId), fault?.fault === 'bad-json-after-commit' ? text.slice(0, 4) : text);
    }
  }

  private async tellWhatIsThere(): Promise<void> {
    const { shelf } = this.channel;
    const offers = shelf
      .all()
      .map(({ product, available, unitCostMinor, currency }) => `${product},${available},${decimalText(unitCostMinor, currency)}`);
    await this.replace(places.offers, ['product,available,cost', ...offers].join('\n'));
    await this.replace(places.balance, `balance\n${decimalText(shelf.balanceMinor, shelf.currency)}\n`);
  }

  /** Under a name that nobody has: a second answer under one id is not written. */
  private async drop(place: string, text: string): Promise<void> {
    const draft = join(this.folder, '.draft');
    await writeFile(draft, text);
    await link(draft, join(this.folder, place));
    await unlink(draft);
  }

  private async replace(place: string, text: string): Promise<void> {
    const draft = join(this.folder, `.${place}`);
    await writeFile(draft, text);
    await rename(draft, join(this.folder, place));
  }
}

/** What a purchase became, by columns. */
export function answerText({ status, cards, receipt, unitCostMinor, currency, reason }: PurchaseV1): string {
  const cost = decimalText(unitCostMinor, currency);
  if (status === 'REFUSED' || status === 'CANCELLED') return `refused\n${reason ?? 'REFUSED'}\n`;
  if (receipt !== undefined) return `receipt,cost\n"${receipt}",${cost}\n`;
  const codes = cards.map((card) => (typeof card === 'object' && card !== null && 'code' in card && typeof card.code === 'string' ? card.code : ''));
  return ['code,cost', ...codes.map((code) => `"${code}",${cost}`), ''].join('\n');
}
