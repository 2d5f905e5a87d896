import type { OrderResult, OrderSeen, SettingResult } from '../../../application/commands/result';
import type { RowProblem as ReportedProblem } from '../../../application/import-cards/card-rows';
import { orderView } from '../../../application/queries/order-view';
import type { ApiContext } from '../../request/api-context';
import type { OrderSource } from '../types/order';
import type { OrderPayload, RowProblem, SettingPayload } from '../types/payloads';
import { userErrorOf } from '../types/user-error';

/** The order as its fields are resolved from. `accessToken` is what opened it. */
export const orderSource = ({ state, revision }: OrderSeen, accessToken: string | undefined): OrderSource =>
  // It is made here and large: one more copy of it would be what costs most about it.
  Object.assign(orderView(state, revision), { accessToken });

/** What a mutation of one order answers. `accessToken` is what opened it. */
export function orderPayload(result: OrderResult, { caller }: ApiContext, accessToken: string | undefined): OrderPayload {
  const order = result.order === undefined ? null : orderSource(result.order, accessToken);
  return result.ok ? { order, replayed: result.replayed, userErrors: [] } : { order, replayed: false, userErrors: [userErrorOf(result, caller)] };
}

/** Rows that are not accepted. */
export const presentProblems = (problems: readonly ReportedProblem[]): readonly RowProblem[] =>
  problems.map((problem) => ({ fingerprint: null, ...problem }));

/** What a mutation of a setting answers. */
export function settingPayload(result: SettingResult, { caller }: ApiContext): SettingPayload {
  if (!result.ok) return { id: null, revision: null, changed: false, replayed: false, userErrors: [userErrorOf(result, caller)] };
  const { id, revision, changed, replayed } = result;
  return { id, revision, changed, replayed, userErrors: [] };
}
