import type { OpenedIncident } from '../../domain/incident/decide';
import type { Counted, IncidentEvent, IncidentFigures, IncidentKind } from '../../domain/incident/events';
import type { Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import type { Locale } from '../caller';

/** Words about incidents, for people who have not slept. No order id, no address: they go to chat rooms. */

const KINDS: Readonly<Record<IncidentKind, Readonly<Record<Locale, string>>>> = {
  CHANNEL_ILL: { 'zh-CN': '发卡渠道异常', en: 'Channel in trouble' },
  GATEWAY_ILL: { 'zh-CN': '支付渠道异常', en: 'Gateway in trouble' },
  ORDERS_WAITING: { 'zh-CN': '已付款订单积压', en: 'Paid orders are waiting' },
  CALLS_IN_DOUBT: { 'zh-CN': '调用结果不明', en: 'Calls without an outcome' },
  REVIEWS_WAITING: { 'zh-CN': '人工审核积压', en: 'Reviews are piling up' },
  STOCK_GONE: { 'zh-CN': '库存售罄', en: 'Out of stock' },
  STOCK_LOW: { 'zh-CN': '库存偏低', en: 'Stock is low' },
  ORDERS_LATE: { 'zh-CN': '已付款订单等待过久', en: 'Paid orders wait too long' },
  ORDERS_FAILING: { 'zh-CN': '退款比例过高', en: 'Too many orders are refunded' },
  BALANCE_LOW: { 'zh-CN': '渠道余额不足', en: 'Channel balance is low' },
};

/** What a message is about. */
export type IncidentNews = 'OPENED' | 'REMINDED' | 'REOPENED' | 'CLOSED';
const NEWS: Readonly<Record<IncidentNews, Readonly<Record<Locale, string>>>> = {
  OPENED: { 'zh-CN': '新事件', en: 'Incident' },
  REMINDED: { 'zh-CN': '仍未恢复', en: 'Still open' },
  REOPENED: { 'zh-CN': '再次发生', en: 'Back again' },
  CLOSED: { 'zh-CN': '已恢复', en: 'Over' },
};

export const incidentTitle = ({ kind, subject }: Pick<OpenedIncident, 'kind' | 'subject'>, locale: Locale): string =>
  `${KINDS[kind][locale]}: ${subject}`;

const RESTOCKED: Readonly<Record<Locale, string>> = { 'zh-CN': '已补货', en: 'Restocked' };

export function newsTitle(news: IncidentNews, incident: OpenedIncident, locale: Locale): string {
  const said = news === 'CLOSED' && incident.kind === 'STOCK_LOW' ? RESTOCKED : NEWS[news];
  return `[${said[locale]}] ${incidentTitle(incident, locale)}`;
}

const listText = (counts: readonly Counted[], none: string): string =>
  counts.length === 0 ? none : counts.map(({ what, count }) => `${what} ×${count}`).join(', ');
const moneyText = (amounts: readonly Money[], none: string): string =>
  amounts.length === 0 ? none : amounts.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`).join(', ');

/** What is known, as lines; the same for chat, mail, terminal and API. Amounts in minor units. */
export function incidentLines(incident: OpenedIncident, locale: Locale): readonly string[] {
  const { cause, since, openedAt, closedAt, value, threshold, peak, reopened, acknowledged, figures } = incident;
  const zh = locale === 'zh-CN';
  const first = zh
    ? [
        `原因：${cause}；当前 ${value}，阈值 ${threshold}，最高 ${peak}`,
        `开始 ${toIso(since)}，立案 ${toIso(openedAt)}${closedAt === undefined ? '' : `，结束 ${toIso(closedAt)}`}`,
        ...(reopened > 0 ? [`期间反复 ${reopened} 次`] : []),
        acknowledged ? '已有人确认' : '尚无人确认',
      ]
    : [
        `Cause: ${cause}; now ${value}, threshold ${threshold}, worst ${peak}`,
        `Began ${toIso(since)}, opened ${toIso(openedAt)}${closedAt === undefined ? '' : `, over ${toIso(closedAt)}`}`,
        ...(reopened > 0 ? [`It came back ${reopened} times in between`] : []),
        acknowledged ? 'Acknowledged' : 'Nobody has acknowledged it',
      ];
  return figures === undefined ? first : [...first, ...(zh ? figuresZh(figures) : figuresEn(figures))];
}

function figuresEn(f: IncidentFigures): readonly string[] {
  return [
    `Orders concerned: ${f.orders}${f.truncated ? ' or more' : ''}, ${moneyText(f.amounts, 'no money')} (minor units)`,
    `Causes: ${listText(f.causes, 'none seen')}`,
    `Done: ${f.diverted} sent elsewhere, ${f.retries} retries, ${f.delivered} delivered, ${f.refundsOrdered} refunds ordered, ${f.refunded} refunded`,
    `People: ${listText(f.people, 'nothing')}`,
    `Left: ${f.leftWaiting} waiting, ${f.leftInDoubt} calls in doubt, ${f.leftInReview} in review, to go back ${moneyText(f.leftOwed, 'nothing')}`,
  ];
}

function figuresZh(f: IncidentFigures): readonly string[] {
  return [
    `影响订单：${f.orders}${f.truncated ? ' 笔以上' : ' 笔'}，金额 ${moneyText(f.amounts, '无')}（最小货币单位）`,
    `原因统计：${listText(f.causes, '无')}`,
    `已处理：改道 ${f.diverted}，重试 ${f.retries}，发卡 ${f.delivered}，发起退款 ${f.refundsOrdered}，已退款 ${f.refunded}`,
    `人工操作：${listText(f.people, '无')}`,
    `遗留：待发卡 ${f.leftWaiting}，结果不明 ${f.leftInDoubt}，待审核 ${f.leftInReview}，待退 ${moneyText(f.leftOwed, '无')}`,
  ];
}

/** One step of an incident, for its timeline. */
export function stepWords(event: IncidentEvent, locale: Locale): string {
  const zh = locale === 'zh-CN';
  switch (event.type) {
    case 'IncidentOpened':
      return zh ? `立案：${event.data.cause}` : `Opened: ${event.data.cause}`;
    case 'IncidentEnriched':
      return zh ? `已查看 ${event.data.figures.orders} 笔受影响订单` : `${event.data.figures.orders} orders concerned`;
    case 'IncidentReminded':
      return zh ? `第 ${event.data.reminder} 次提醒` : `Reminder ${event.data.reminder}`;
    case 'IncidentAcknowledged':
      return zh ? '已确认' : 'Acknowledged';
    case 'IncidentReopened':
      return zh ? `再次发生：${event.data.cause}` : `Came back: ${event.data.cause}`;
    case 'IncidentClosed':
      return zh ? '已恢复，结案' : 'Over';
  }
}
