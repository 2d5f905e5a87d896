import { z } from 'zod';
import type { SupplyPolicy } from '../application/supply/run-supply-watch';
import { AMOUNT_MINOR_MAX } from '../domain/kernel/money';
import type { MarginRule } from '../domain/order/margin';
import { setting } from './setting';
import { wholeMs } from './shapes';

/** What the shop asks of those it buys from. */
export const supplySettings = {
  CARDRAIL_DROP_DIR: setting(
    z.string().min(1).optional(),
    undefined,
    'folder that holds one folder for each channel with `adapter: folder`, named by its id; see docs/channels/folder.md',
  ),
  CARDRAIL_MIN_MARGIN_MINOR: setting(
    z.coerce.number().int().min(0).max(AMOUNT_MINOR_MAX).optional(),
    undefined,
    'what each card bought from a channel must leave, in minor units of its price, unless its SKU says otherwise; no such limit when absent',
  ),
  CARDRAIL_MIN_MARGIN_PERCENT: setting(
    z.coerce.number().min(0).max(100).optional(),
    undefined,
    'the same as a share of its price; of two limits the greater counts',
  ),
  CARDRAIL_SUPPLY_LOOK_MS: setting(
    wholeMs.min(100),
    '30000',
    'how often each channel is asked for balance, stock and prices, a quarter more or less; only changes are stored',
  ),
  CARDRAIL_SUPPLY_STALE_MS: setting(wholeMs.min(100), '120000', 'unanswered for so long, what is known of a channel is marked as old'),
  CARDRAIL_SUPPLY_STEP_PERCENT: setting(
    z.coerce.number().min(0).max(100),
    '5',
    'a number of pieces or a balance is told anew when it has moved by so much; prices, and whether there is any, always are',
  ),
  CARDRAIL_PRE_WARM_LOOK_MS: setting(
    wholeMs.min(100),
    '60000',
    'how often it is looked whether a peak is coming for which cards are to be bought ahead; only SKUs that say so',
  ),
} as const;

type Values = { readonly [Name in keyof typeof supplySettings]: z.output<(typeof supplySettings)[Name]['schema']> };

/** Undefined: the shop has no rule of its own. */
export function marginRuleOf(values: Values): MarginRule | undefined {
  const { CARDRAIL_MIN_MARGIN_MINOR: amountMinor, CARDRAIL_MIN_MARGIN_PERCENT: percent } = values;
  if (amountMinor === undefined && percent === undefined) return undefined;
  return { ...(amountMinor === undefined ? {} : { amountMinor }), ...(percent === undefined ? {} : { percent }) };
}

export const supplyPolicyOf = (values: Values): SupplyPolicy => ({
  lookEveryMs: values.CARDRAIL_SUPPLY_LOOK_MS,
  staleAfterMs: values.CARDRAIL_SUPPLY_STALE_MS,
  stepShare: values.CARDRAIL_SUPPLY_STEP_PERCENT / 100,
});
