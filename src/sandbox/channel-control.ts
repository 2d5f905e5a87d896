import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Channel } from './channel';
import type { FaultRules } from './faults';
import { loopbackOnly, setFaults } from './faults-control';
import type { Ledger } from './ledger';
import { codesOf } from './purchase-book';
import { iso, json, parsed, problem, type Answer, type Call } from './reply';

const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;
const amount = z.int().min(0).max(AMOUNT_MAX);
const stockSchema = z.strictObject({ product: z.string().max(128), available: amount.optional(), unitCostMinor: amount.optional() });
const balanceSchema = z.strictObject({ balanceMinor: amount });

/** The calls of those who test with a channel, without a key and from this machine only: faults, ledger, stock and price, balance. */
export class ChannelControl {
  constructor(
    private readonly channel: Channel,
    private readonly faults: FaultRules,
  ) {}

  /** Undefined when it is no such call and belongs to the protocol. */
  answer(call: Call): Answer | undefined {
    const control = this.control(call);
    if (control === undefined) return undefined;
    return call.local ? control() : loopbackOnly();
  }

  private control(call: Call): (() => Answer) | undefined {
    switch (`${call.method} ${call.path}`) {
      case 'PUT /faults':
        return () => setFaults(this.faults, call);
      case 'GET /ledger':
        return () => json(200, this.ledger());
      case 'PUT /stock':
        return () => this.setStock(call);
      case 'PUT /balance':
        return () => this.setBalance(call);
      default:
        return undefined;
    }
  }

  ledger(): Ledger {
    const purchases = this.channel.book.all().map((purchase) => {
      const { requestId, product, unitCostMinor, currency, status, changedAtMs } = purchase;
      return { requestId, product, codeHashes: codesOf(purchase).map(sha256), unitCostMinor, currency, status, at: iso(changedAtMs) };
    });
    return { payments: [], refunds: [], purchases };
  }

  private setStock(call: Call): Answer {
    const wanted = stockSchema.safeParse(parsed(call.body));
    if (!wanted.success) return problem(400, 'INVALID_STOCK', z.prettifyError(wanted.error));
    const article = this.channel.shelf.article(wanted.data.product);
    if (article === undefined) return problem(422, 'UNKNOWN_PRODUCT', 'there is no such product');
    const { product, available, unitCostMinor, currency } = this.channel.shelf.change(article, wanted.data);
    return json(200, { product, available, unitCostMinor, currency });
  }

  private setBalance(call: Call): Answer {
    const wanted = balanceSchema.safeParse(parsed(call.body));
    if (!wanted.success) return problem(400, 'INVALID_BALANCE', z.prettifyError(wanted.error));
    this.channel.shelf.balanceMinor = wanted.data.balanceMinor;
    const { balanceMinor, currency } = this.channel.shelf;
    return json(200, { balanceMinor, currency });
  }
}

const sha256 = (code: string): string => createHash('sha256').update(code, 'utf8').digest('hex');
