import { z } from 'zod';

/** Names and shapes of Alipay's open API, as its documentation has them. Amounts are decimal yuan. */

export const GATEWAY_PATH = '/gateway.do';
export const CURRENCY = 'CNY';
/** What a merchant answers to a notice that it took, as plain text; anything else is sent again. */
export const TAKEN = 'success';

export const methods = {
  pagePay: 'alipay.trade.page.pay',
  wapPay: 'alipay.trade.wap.pay',
  query: 'alipay.trade.query',
  close: 'alipay.trade.close',
  refund: 'alipay.trade.refund',
  refundQuery: 'alipay.trade.fastpay.refund.query',
} as const;
export type AlipayMethod = (typeof methods)[keyof typeof methods];

export const productCodes = { [methods.pagePay]: 'FAST_INSTANT_TRADE_PAY', [methods.wapPay]: 'QUICK_WAP_WAY' } as const;

/** The member of an answer that holds what was asked for. */
export const answerName = (method: AlipayMethod): string => `${method.replaceAll('.', '_')}_response`;

export const DONE = '10000';
/** Gateway codes that refuse the request as it is, before anything is done. */
export const REFUSED_CODES: ReadonlySet<string> = new Set(['20001', '40001', '40002', '40003', '40004', '40006']);
export const TRADE_NOT_EXIST = 'ACQ.TRADE_NOT_EXIST';
/** Words of a failure that say that Alipay itself does not know. */
export const UNSURE: ReadonlySet<string> = new Set(['ACQ.SYSTEM_ERROR', 'AOP.SYSTEM_ERROR', 'ISP.UNKNOW-ERROR', 'AOP.UNKNOW-ERROR']);

const name = z.string().regex(/^[!-~]{1,64}$/);
const yuan = z.string().max(16);

export const answerSchema = z.looseObject({ code: z.string().regex(/^[0-9]{5}$/), sub_code: z.string().max(64).optional() });
export type AlipayAnswer = z.output<typeof answerSchema>;

/** TRADE_CLOSED is a trade that was never paid, and one that was given back whole. */
export const tradeStatus = z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']);

export const tradeSchema = z.object({
  out_trade_no: name,
  trade_no: name,
  trade_status: tradeStatus,
  total_amount: yuan,
  /** When money came; absent until then. */
  send_pay_date: z.string().optional(),
});
export const refundSchema = z.object({ out_trade_no: name, fund_change: z.enum(['Y', 'N']).optional() });
/** Without a status, no refund of that name came through. */
export const refundQuerySchema = z.object({
  out_trade_no: name.optional(),
  out_request_no: name.optional(),
  refund_status: z.string().optional(),
  refund_amount: yuan.optional(),
});
export const REFUND_SUCCESS = 'REFUND_SUCCESS';

/** A notice after its signature was checked. */
export const noticeSchema = z.object({
  notify_id: name.or(z.string().regex(/^[!-~]{1,128}$/)),
  app_id: name,
  seller_id: name.optional(),
  out_trade_no: name,
  trade_no: name,
  trade_status: tradeStatus,
  total_amount: yuan,
  refund_fee: yuan.optional(),
  gmt_payment: z.string().optional(),
});
