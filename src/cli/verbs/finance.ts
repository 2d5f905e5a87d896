import type { LedgerDesk } from '../../application/commands/ledger-desk';
import type { LedgerView } from '../../application/finance/ledger-report';
import type { VoucherKind } from '../../domain/voucher/events';
import type { Config } from '../../config';
import type { Parts } from '../../parts';
import { ShopSays, WrongUse } from '../exit';
import { answer, moneyText, table } from '../output';
import { localeOf } from '../locale';
import { configOf, operator, readSettings, withParts } from '../session';
import { catchUp } from './catch-up';
import { sure, type ChangeOptions } from './desk';

/** Days that one call closes at most: a shop that never closed one begins with the day it names. */
const DAYS_AT_ONCE_MAX = 400;
const MODELS = ['books', 'ledger-days'];

/** The desk over the shop's own files. What has to be caught up with is caught up with here, also when no shop runs. */
export async function openDesk(parts: Parts, signal: AbortSignal): Promise<LedgerDesk> {
  const [{ LedgerDesk: Desk }, { SettingDesk }] = await Promise.all([
    import('../../application/commands/ledger-desk'),
    import('../../application/commands/setting-desk'),
  ]);
  await catchUp(parts, MODELS, signal);
  const waiter = {
    waitFor: async (): Promise<boolean> => {
      await catchUp(parts, MODELS, signal);
      return true;
    },
  };
  const { commands, keyring, store, readModels, config } = parts;
  const setting = new SettingDesk(commands, keyring);
  return new Desk({ commands, setting, store, readModels, waiter, timeZone: config.values.CARDRAIL_TIME_ZONE });
}

/** Throws WrongUse. */
export async function dayOr(asked: string | undefined, otherwise: () => string): Promise<string> {
  const { isDay } = await import('../../domain/closing/day');
  if (asked === undefined) return otherwise();
  if (!isDay(asked)) throw new WrongUse('DAY_WRONG', { day: asked });
  return asked;
}

/** One day of the ledger, today's without one, up to where the log ends now. Throws WrongUse. */
export async function readLedger(config: Config, day?: string): Promise<LedgerView> {
  const { dayAt } = await import('../../domain/closing/day');
  return withParts(config, async (parts, signal) => {
    const desk = await openDesk(parts, signal);
    return desk.ledger(await dayOr(day, () => dayAt(parts.commands.clock.now(), desk.timeZone)));
  });
}

/** One day of the ledger. */
export async function showLedger({ day, json }: { readonly day?: string; readonly json?: true }): Promise<void> {
  const ledger = await readLedger(configOf(), day);
  await answer(json, ledger, () => ledgerText(ledger));
}

function ledgerText({ day, state, entries, late, accounts, margin, parked }: LedgerView): string {
  const lateText = late === 0 ? '' : `, ${late} of them from days closed before`;
  const head = `${day}  ${state}  ${entries} entries${lateText}`;
  const warning = parked === 0 ? [] : [`${parked} streams are missing: see cardrail projections parked books`];
  const lines = accounts.map(({ account, party, currency, debitMinor, creditMinor, balanceMinor }) => [
    account,
    party ?? '',
    ...[debitMinor, creditMinor, balanceMinor].map((amountMinor) => moneyText({ amountMinor, currency })),
  ]);
  const earned = margin.map((one) => `margin  ${moneyText(one)}`);
  return [head, ...warning, '', table(['ACCOUNT', '', 'DEBIT', 'CREDIT', 'BALANCE'], lines), '', ...earned].join('\n');
}

export interface CloseOptions extends ChangeOptions {
  readonly day: string;
}

/** Closes a day, and the open ones before it in their order. */
export async function closeDays(options: CloseOptions): Promise<void> {
  const reason = sure(options, 'DAY_STAYS_CLOSED');
  const locale = localeOf(options.locale);
  const [{ CloseDay }, { codeAndWords }, { dayAfter }] = await Promise.all([
    import('../../application/commands/close-day'),
    import('../../application/refusals'),
    import('../../domain/closing/day'),
  ]);
  const day = await dayOr(options.day, () => options.day);
  const closed = await withParts(configOf(), async (parts, signal) => {
    const desk = await openDesk(parts, signal);
    const days: LedgerView[] = [];
    for (let next = day; days.length < DAYS_AT_ONCE_MAX;) {
      const idempotencyKey = `${options.key ?? parts.runtime.newId()}:${next}`;
      const result = await desk.close(CloseDay, operator(parts, locale), { idempotencyKey, reason, day: next });
      if (result.ok) {
        days.push(result.ledger);
        if (next === day) return days;
        next = dayAfter(next);
        continue;
      }
      const earlier = result.refusal.code === 'EARLIER_DAY_OPEN' ? result.refusal.details?.['day'] : undefined;
      if (typeof earlier !== 'string' || days.length > 0) throw new ShopSays('Refused', codeAndWords(result.refusal, locale));
      next = earlier;
    }
    return days;
  });
  await answer(options.json, closed, () => closed.map((ledger) => ledgerText(ledger)).join('\n\n'));
}

export interface BookOptions extends ChangeOptions {
  readonly kind: VoucherKind;
  readonly party: string;
  readonly amount: number;
  readonly currency: string;
  readonly document: string;
}

/** Books one paper. */
export async function bookMoney(options: BookOptions): Promise<void> {
  const reason = sure(options, 'BOOKED_FOR_GOOD');
  const locale = localeOf(options.locale);
  const [{ BookMoney, BookMoneyHandler }, { SettingDesk }, { codeAndWords }] = await Promise.all([
    import('../../application/commands/book-money'),
    import('../../application/commands/setting-desk'),
    import('../../application/refusals'),
  ]);
  const { kind, party, document } = options;
  const result = await withParts(configOf(), async (parts) => {
    const parsed = BookMoney.input.safeParse({
      idempotencyKey: options.key ?? parts.runtime.newId(),
      reason,
      kind,
      party,
      amount: { amountMinor: options.amount, currency: options.currency },
      document,
    });
    if (!parsed.success)
      throw new WrongUse('BOOKING_WRONG', { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') });
    await readSettings(parts);
    const handler = new BookMoneyHandler(new SettingDesk(parts.commands, parts.keyring), parts.settings);
    return handler.execute(new BookMoney(operator(parts, locale), parsed.data));
  });
  if (!result.ok) throw new ShopSays('Refused', codeAndWords(result.refusal, locale));
  await answer(options.json, result, () => (result.changed ? 'booked' : 'booked before'));
}
