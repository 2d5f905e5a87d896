import { z } from 'zod';
import { minorOfYuan } from './money';

/** Names and numbers that both variants of epay use, as the common servers publish them. */

/** The only status word that says a payment was made. */
export const TRADE_SUCCESS = 'TRADE_SUCCESS';
/** What a merchant answers to a notice that it took, as plain text; anything else is sent again. */
export const TAKEN = 'success';

/** The calls that the MD5 variant has. */
export const v1Paths = { create: '/mapi.php', page: '/submit.php', api: '/api.php' } as const;
/** The calls that the RSA variant has. All are POST. */
export const v2Paths = {
  create: '/api/pay/create',
  query: '/api/pay/query',
  refund: '/api/pay/refund',
  refundQuery: '/api/pay/refundquery',
  close: '/api/pay/close',
} as const;

/** `code` of an answer that means "done": every other number is a failure. */
export const v1Done = 1;
export const v2Done = 0;

/** `status` of an order. Platforms know more of them (frozen, pre-authorised); those say nothing that money may be credited for. */
export const orderStatus = { unpaid: 0, paid: 1, refunded: 2 } as const;
/** `status` of a refund that came through. */
export const REFUND_DONE = 1;

/** The RSA variant dates every message; older or newer ones than this are refused. */
export const TIMESTAMP_TOLERANCE_MS = 300_000;

/** Failures have no code of their own, so an order that is not there is known by its message alone. */
const NEVER_HEARD_OF = /(?:订单|退款)[^。，,]{0,12}(?:不存在|未找到|没有找到)|\b(?:order|refund)\b.{0,24}\bnot (?:found|exist)/i;
export const saysNotFound = (message: string): boolean => message.length <= 256 && NEVER_HEARD_OF.test(message);

/** PHP writes the same number as text or as a number, as its database pleases. */
const whole = z.union([z.int(), z.string().regex(/^-?[0-9]{1,9}$/)]).transform(Number);
const name = z
  .union([z.int().min(0), z.string()])
  .transform(String)
  .pipe(z.string().regex(/^[!-~]{1,150}$/));
/** Decimal yuan, read as integer fen. */
const yuan = z.union([z.int().min(0), z.string()]).transform((value, context) => {
  const minor = minorOfYuan(String(value));
  if (minor !== undefined) return minor;
  context.addIssue('no plain amount');
  return z.NEVER;
});
const webUrl = z
  .string()
  .max(2_048)
  .regex(/^https?:\/\/[!-~]+$/)
  .refine((text) => URL.canParse(text));
const codeText = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,512}$/u);
const absent = z.union([z.null(), z.literal('')]).transform(() => undefined);

/** What every answer begins with. */
export const answerSchema = z.looseObject({ code: whole, msg: z.string().optional().catch(undefined) });
export type EpayAnswer = z.output<typeof answerSchema>;

/** An order as a query tells it. Amounts in integer fen. */
export const orderSchema = z.object({
  pid: name,
  trade_no: name,
  out_trade_no: name,
  money: yuan,
  status: whole,
  refundmoney: z.union([absent, yuan]).optional(),
});
export type EpayOrder = z.output<typeof orderSchema>;

/** Where the buyer pays, by variant. */
export const v1PageSchema = z.object({ payurl: z.union([absent, webUrl]).optional(), qrcode: z.union([absent, codeText]).optional() });
export const v2PageSchema = z.object({ pay_type: z.string(), pay_info: z.union([webUrl, codeText]) });
export const isWebUrl = (text: string): boolean => webUrl.safeParse(text).success;

export const refundSchema = z.object({ out_refund_no: name, status: whole });

/** A notice after its signature was checked. */
export const noticeSchema = z.object({ pid: name, trade_no: name, out_trade_no: name, money: yuan, trade_status: z.literal(TRADE_SUCCESS) });
