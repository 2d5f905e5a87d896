import type { Money } from '../../domain/kernel/money';
import type { OrderEventData } from '../../domain/order/events';
import type { PassedOver, PurchaseEvent } from '../../domain/order/purchase-events';
import { whyNotWords } from './why-not-words';
import { counted, show, words, type Words } from './words';

type WordsOf = { readonly [Type in PurchaseEvent['type']]: (data: OrderEventData<Type>) => Words };

const came = (verb: string, zh: string) => (d: OrderEventData<'PurchaseCompleted'>) =>
  d.receipt === undefined
    ? words(
        `${d.channelId} ${verb} ${counted(d.cards)} at ${show(d.unitCost)} each`,
        `${d.channelId} ${zh} ${d.cards.length} 张卡,单价 ${show(d.unitCost)}`,
      )
    : words(`${d.channelId} did it and gave a receipt, at ${show(d.unitCost)} each`, `${d.channelId} 已办理并给出回执,单价 ${show(d.unitCost)}`);

const asked = (amount: Money | undefined): Words =>
  amount === undefined ? words('', '') : words(`; ${show(amount)} is claimed back`, `,追索 ${show(amount)}`);

/** One channel and what stands against it. */
const against = ({ channelId, why, unitCost }: PassedOver): Words => {
  const cost = unitCost === undefined ? '' : ` ${show(unitCost)}`;
  return words(`${channelId}${cost}: ${whyNotWords(why).en}`, `${channelId}${cost}:${whyNotWords(why).zh}`);
};
const listed = (channels: readonly PassedOver[]): Words =>
  words(channels.map((one) => against(one).en).join('; '), channels.map((one) => against(one).zh).join(';'));

/** Channels that were not asked, for the end of a sentence; empty where there was none. */
const instead = (channels: readonly PassedOver[] = []): Words =>
  channels.length === 0 ? words('', '') : words(`; not asked: ${listed(channels).en}`, `;未选:${listed(channels).zh}`);

/** What happens between the shop and its channels, for those who may read the whole history. */
export const purchaseWords: WordsOf = {
  PurchaseRequested: (d) =>
    words(
      `${d.quantity} × ${d.product} requested from ${d.channelId}, at most ${show(d.maxUnitCost)} each${instead(d.passedOver).en}`,
      `向 ${d.channelId} 采购 ${d.quantity} × ${d.product},单价不超过 ${show(d.maxUnitCost)}${instead(d.passedOver).zh}`,
    ),
  PurchaseHeld: ({ minMargin, channels }) =>
    words(
      `Not bought: no channel leaves ${show(minMargin)} of each card (${listed(channels).en})`,
      `暂不采购:没有渠道能为每张卡留下 ${show(minMargin)}(${listed(channels).zh})`,
    ),
  PurchaseTimedOut: (d) =>
    words(`No answer from ${d.channelId} (${d.cause}); whether it sold is unknown`, `${d.channelId} 未答复(${d.cause}),是否已售出未知`),
  PurchaseChecked: (d) => words(`${d.channelId} was asked about the purchase and says ${d.status}`, `已向 ${d.channelId} 查询采购,结果 ${d.status}`),
  PurchaseNoticeReceived: (d) =>
    words(`Notice from ${d.channelId} says ${d.claimedStatus}; the channel will be asked`, `${d.channelId} 通知称 ${d.claimedStatus},将向渠道核实`),
  PurchaseCancelRequested: (d) => words(`${d.channelId} is told to forget the purchase: ${d.cause}`, `正在取消 ${d.channelId} 的采购:${d.cause}`),
  PurchaseCompleted: came('sold', '售出'),
  PurchasePartlyCompleted: came('sold a part:', '部分售出'),
  PurchaseRefused: (d) => words(`${d.channelId} did not sell: ${d.reason}`, `${d.channelId} 未售出:${d.reason}`),
  PurchaseCancelled: (d) => words(`${d.channelId} has cancelled the purchase`, `${d.channelId} 已取消采购`),
  PurchaseWrittenOff: (d) =>
    words(
      `Nobody waits for ${d.channelId} any more (${d.cause}); ${show(d.costAtRisk)} may be lost`,
      `不再等待 ${d.channelId}(${d.cause}),可能损失 ${show(d.costAtRisk)}`,
    ),
  PurchaseDisputed: (d) =>
    words(
      `Disputed with ${d.channelId ?? 'whoever handed it in'}: ${d.problem}, ${d.cards} ×${asked(d.amount).en}`,
      `与 ${d.channelId ?? '交付人'} 的争议:${d.problem} × ${d.cards}${asked(d.amount).zh}`,
    ),
  SurplusStocked: (d) => words(`${counted(d.cardIds)} not needed any more went into stock`, `${d.cardIds.length} 张多余的卡已入库`),
  GoodsHandedIn: (d) =>
    d.receipt === undefined
      ? words(`A person handed in ${counted(d.cards)}`, `人工交付 ${d.cards.length} 张卡`)
      : words('A person delivered by hand and left a receipt', '人工办理并留下回执'),
};

const checking = words('The shop makes sure of its purchase', '商家正在核实采购');
const elsewhere = words('A supplier did not deliver; the shop goes on', '供货方未供货,商家继续处理');
const arrived = (d: OrderEventData<'PurchaseCompleted'>): Words =>
  d.receipt === undefined
    ? words(`${counted(d.cards)} came in for the order`, `为订单到货 ${d.cards.length} 张卡`)
    : words('It is done, and there is a receipt', '已办理,有回执');

/** The same for buyers and storefronts: from whom a shop buys, and at what cost, is its own affair. */
export const purchaseWordsOutside: Omit<WordsOf, 'GoodsHandedIn'> = {
  PurchaseRequested: () => words('The shop buys the goods', '商家正在采购'),
  PurchaseHeld: () => words('The shop looks for a supplier', '商家正在寻找供货方'),
  PurchaseTimedOut: () => checking,
  PurchaseChecked: () => checking,
  PurchaseNoticeReceived: () => checking,
  PurchaseCancelRequested: () => checking,
  PurchaseCompleted: arrived,
  PurchasePartlyCompleted: arrived,
  PurchaseRefused: () => elsewhere,
  PurchaseCancelled: () => elsewhere,
  PurchaseWrittenOff: () => elsewhere,
  PurchaseDisputed: () => words('The shop complains to a supplier', '商家正在与供货方交涉'),
  SurplusStocked: () => words('The shop looked after its stock', '商家已整理库存'),
};
