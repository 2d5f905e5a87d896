import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of a new order. */
export const submitRefusals = {
  SKU_NOT_FOUND: { retryable: false, 'zh-CN': '没有该商品。请核对商品编号。', en: 'There is no such product. Check the SKU id.' },
  SKU_PAUSED: { retryable: true, 'zh-CN': '该商品暂停销售。请稍后再试。', en: 'This product is not on sale at the moment. Try again later.' },
  GATEWAY_NOT_AVAILABLE: {
    retryable: true,
    'zh-CN': '该支付方式目前不可用。请选择其他支付方式，或稍后再试。',
    en: 'This way to pay is not available now. Choose another one, or try again later.',
  },
  GATEWAY_ISOLATED: {
    retryable: true,
    'zh-CN': '该支付方式暂时没有响应，未收取任何款项。请改用：{others}。',
    en: 'This way to pay does not answer at the moment; nothing was charged. Use another one: {others}.',
  },
  QUANTITY_OUT_OF_RANGE: {
    retryable: false,
    'zh-CN': '购买数量须为 1 至 {maxPerOrder} 之间的整数。请修改数量。',
    en: 'The quantity must be a whole number from 1 to {maxPerOrder}. Change the quantity.',
  },
  FIELDS_MISSING: {
    retryable: false,
    'zh-CN': '缺少必填信息：{names}。请补充后重新提交。',
    en: 'Required fields are missing: {names}. Fill them in and submit again.',
  },
  FIELDS_UNKNOWN: {
    retryable: false,
    'zh-CN': '该商品不需要这些信息：{names}。请删除后重新提交。',
    en: 'This product does not take these fields: {names}. Leave them out and submit again.',
  },
  OUT_OF_STOCK: { retryable: true, 'zh-CN': '库存不足。请减少数量，或稍后再试。', en: 'There is not enough stock. Order fewer, or try again later.' },
  OPEN_ORDER_EXISTS: {
    retryable: false,
    'zh-CN': '您已有一笔相同的未付款订单。请先支付或取消该订单；确需再下一单，请明确允许。',
    en: 'You have an unpaid order for the same already. Pay or cancel it first, or allow another one explicitly.',
  },
  SYSTEM_BUSY: {
    retryable: true,
    'zh-CN': '系统繁忙，您的请求未被记录。请稍后用同一幂等键重试。',
    en: 'The system is busy and nothing was stored. Try again shortly with the same key.',
  },
  COOLING_DOWN: {
    retryable: true,
    'zh-CN': '提交过于频繁，请休息 {seconds} 秒。之后可用同一幂等键重试，期间重复提交不会延长等待。',
    en: 'You have submitted too often in a short time. Try again in {seconds} s with the same key; trying sooner does not lengthen the wait.',
  },
  TOO_MANY_UNPAID_ORDERS: {
    retryable: true,
    'zh-CN': '同一买家、联系方式、地址或设备的未付款订单已达上限（{of}，{limit} 笔）。请先支付或取消其中一笔，再重新提交。',
    en: 'There are too many unpaid orders of one buyer, contact, address or device ({of}, at most {limit}). Pay or cancel one of them, then submit again.',
  },
  BUYER_BLOCKED: {
    retryable: false,
    'zh-CN': '商家暂不接受该买家的新订单，至 {until} 止；已有订单不受影响。如认为有误，请联系客服并提供请求编号。',
    en: 'The shop takes no new orders of this buyer until {until}; orders that are there are not affected. If this is a mistake, contact support with the request id.',
  },
  CAPTCHA_REQUIRED: {
    retryable: true,
    'zh-CN': '下单前需要人机验证。请完成验证后用同一幂等键重新提交。',
    en: 'This shop wants to see a person first. Solve the captcha and submit again with the same key.',
  },
  CAPTCHA_FAILED: {
    retryable: true,
    'zh-CN': '人机验证未通过或已失效，未记录任何订单。请重新验证后用同一幂等键提交。',
    en: 'The captcha was not accepted or has run out; nothing was stored. Solve a new one and submit again with the same key.',
  },
  CAPTCHA_UNAVAILABLE: {
    retryable: true,
    'zh-CN': '人机验证服务暂时没有响应，未记录任何订单。请稍后用同一幂等键重试。',
    en: 'The captcha cannot be checked at the moment; nothing was stored. Try again shortly with the same key.',
  },
  SLOT_HELD: {
    retryable: true,
    'zh-CN': '您的另一笔相同订单正在提交中。请稍后重试。',
    en: 'Another order of yours for the same is being placed. Try again shortly.',
  },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
