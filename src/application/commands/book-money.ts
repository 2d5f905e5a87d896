import { z } from 'zod';
import { derivedId } from '../../domain/kernel/ids';
import type { VoucherKind } from '../../domain/voucher/events';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Settings } from '../settings';
import { refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, money, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** Whose account each kind of voucher touches. */
const PARTIES: Readonly<Record<VoucherKind, 'gateway' | 'channel' | 'supplier'>> = {
  CHANNEL_TOPPED_UP: 'channel',
  GATEWAY_PAID_OUT: 'gateway',
  GATEWAY_FEE: 'gateway',
  SUPPLIER_PAID: 'supplier',
  DISPUTE_REPAID: 'channel',
};

/** Books money that moved outside of orders, by the paper that says so: a paper is booked once. */
export class BookMoney extends Command<SettingResult> {
  static readonly operation = 'bookMoney';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    kind: z.enum(Object.keys(PARTIES) as [VoucherKind, ...VoucherKind[]]),
    party: id,
    amount: money,
    document: id,
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof BookMoney.input>,
  ) {
    super();
  }
}

export class BookMoneyHandler implements CommandHandler<BookMoney> {
  readonly command = BookMoney;
  constructor(
    private readonly desk: SettingDesk,
    private readonly settings: Pick<Settings, 'gateway' | 'channel'>,
  ) {}

  async execute({ caller, input }: BookMoney): Promise<SettingResult> {
    requireRole(BookMoney, caller);
    const { kind, party, amount, document } = input;
    const side = PARTIES[kind];
    const known = side === 'supplier' || (side === 'gateway' ? this.settings.gateway(party) : this.settings.channel(party)) !== undefined;
    if (!known) return { ok: false, refusal: refuse('PARTY_NOT_FOUND', { field: ['party'], details: { party } }) };
    const voucherId = derivedId('voucher', kind, party, document);
    return this.desk.run(BookMoney, caller, input, aggregates.voucher, voucherId, { type: 'BookMoney', kind, party, amount, document });
  }
}
