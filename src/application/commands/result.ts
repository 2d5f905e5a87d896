import type { SubmittedOrder } from '../../domain/order/state';
import type { UserRefusal } from '../caller';

/** An order as it stands in the store at `revision`. */
export interface OrderSeen {
  readonly state: SubmittedOrder;
  readonly revision: number;
}

/** Nothing was changed, and why. `order` is the one it is about, where the caller may see it. */
export interface Refused {
  readonly ok: false;
  readonly refusal: UserRefusal;
  readonly order?: OrderSeen;
  /** Opens `order`, where that is another one than was asked for. */
  readonly accessToken?: string;
}

/** `replayed`: the same key was used for the same before; this is the order as it is now. */
export type OrderDone<More extends object = object> = { readonly ok: true; readonly order: OrderSeen; readonly replayed: boolean } & More;
export type OrderResult<More extends object = object> = OrderDone<More> | Refused;

/** `changed` is false when it was already so. */
export interface SettingDone {
  readonly ok: true;
  readonly id: string;
  readonly revision: number;
  readonly changed: boolean;
  readonly replayed: boolean;
}
export type SettingResult<More extends object = object> = (SettingDone & More) | Refused;
