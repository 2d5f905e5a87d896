import type { RiskSignal } from '../../domain/buyer/limits';
import type { Locale } from '../caller';

/** What each signal means, for people who look at the order. */
const WORDS: Readonly<Record<RiskSignal['signal'], Readonly<Record<Locale, string>>>> = {
  UNPAID_BY_BUYER: {
    'zh-CN': '下单时该买家有 {count} 笔未付款订单（上限 {limit}）。',
    en: 'When it was submitted this buyer had {count} unpaid orders (at most {limit}).',
  },
  UNPAID_BY_CONTACT: {
    'zh-CN': '下单时同一联系方式有 {count} 笔未付款订单（上限 {limit}）。',
    en: 'When it was submitted there were {count} unpaid orders with the same contact (at most {limit}).',
  },
  UNPAID_BY_ADDRESS: {
    'zh-CN': '下单时同一客户端地址有 {count} 笔未付款订单（上限 {limit}）。',
    en: 'When it was submitted there were {count} unpaid orders from the same address (at most {limit}).',
  },
  UNPAID_BY_DEVICE: {
    'zh-CN': '下单时同一设备有 {count} 笔未付款订单（上限 {limit}）。',
    en: 'When it was submitted there were {count} unpaid orders from the same device (at most {limit}).',
  },
  FAST_SUBMITS: {
    'zh-CN': '该买家一分钟内提交了约 {count} 次（上限 {limit}）。',
    en: 'This buyer had submitted about {count} times within a minute (at most {limit}).',
  },
};

export const riskWords = ({ signal, count, limit }: RiskSignal, locale: Locale): string =>
  WORDS[signal][locale].replace('{count}', `${count}`).replace('{limit}', `${limit}`);
