import type { ActorKind, StoredEvent } from '../../domain/kernel/event';
import type { OrderEvent } from '../../domain/order/events';
import { RETRY_BUDGET } from '../../domain/order/retries';
import { plain, retryCause } from './plain-words';
import { words, type Words } from './words';

/** Who may act besides the machine, as people call them. */
const ACTORS: Readonly<Record<Exclude<ActorKind, 'ENGINE' | 'GATEWAY' | 'CHANNEL'>, Words>> = {
  BUYER: words('the buyer', '买家'),
  STOREFRONT: words('the storefront', '店铺前台'),
  SUPPORT: words('support', '客服'),
  FINANCE: words('finance', '财务'),
  OPS: words('operations', '运维'),
  ADMIN: words('an administrator', '管理员'),
  GUEST: words('whoever holds a link to it', '持有分享链接的人'),
  CLI: words('an operator at the command line', '命令行操作员'),
};

const payTime = words('a timer: pay-within had passed', '定时：付款时限已过');
const deliverTime = words('a timer: deliver-within had passed', '定时：发货时限已过');
const checkDue = words('a timer: the next check was due', '定时：到了下次查询时间');
/** What was never sent counts for nothing, and money that is owed is tried for ever: there may be more attempts than are planned for. */
const attempt = (nth: number, of: number): Words =>
  nth > of ? words(`attempt ${nth}`, `第 ${nth} 次尝试`) : words(`attempt ${nth} of ${of}`, `第 ${nth} 次尝试，共 ${of} 次`);

const DEADLINES: ReadonlySet<string> = new Set(['NOT_DELIVERED_IN_TIME', 'NOT_REPLACED_IN_TIME']);

/** What the engine did by the clock, or again; null for what simply follows from the step before. */
function ownCause(event: OrderEvent, cause: StoredEvent | undefined, attemptsMax: number): Words | null {
  switch (event.type) {
    case 'PaymentRequested':
    case 'RefundRequested':
      return event.data.attempt === 1 ? null : attempt(event.data.attempt, attemptsMax);
    case 'RetryScheduled':
      if (event.data.cause === RETRY_BUDGET) return plain(RETRY_BUDGET);
      return words(`the call did nothing: ${retryCause(event.data.cause).en}`, `请求未生效：${retryCause(event.data.cause).zh}`);
    case 'PaymentChecked':
    case 'RefundChecked':
      return cause?.type === 'PaymentNoticeReceived' ? words('the callback before it', '此前的回调') : checkDue;
    case 'PaymentTimedOut':
    case 'RefundTimedOut':
    case 'PurchaseTimedOut':
      return words('a timer: no answer in time', '定时：未按时收到答复');
    case 'OrderExpired':
      return payTime;
    case 'PaymentCloseRequested':
      return event.data.cause === 'EXPIRED' ? payTime : plain(event.data.cause);
    case 'RefundOrdered':
    case 'ReissueOrdered':
      return event.data.cause === 'DEADLINE' || event.data.cause === 'PARTIAL' ? deliverTime : plain(event.data.cause);
    case 'ReviewOpened':
      return DEADLINES.has(event.data.cause) ? deliverTime : plain(event.data.cause);
    default:
      return null;
  }
}

export interface CauseReader {
  /** The reader belongs to the shop: reasons are for nobody else. */
  readonly inside: boolean;
  /** New requests of one step, at most. */
  readonly attemptsMax: number;
}

/** Who or what caused one step: a buyer, a callback, a timer, a further attempt, or a person and their reason. */
export function causeWords(event: StoredEvent, cause: StoredEvent | undefined, summary: Words | null, reader: CauseReader): Words {
  const { actor, reason } = event.metadata;
  if (actor.kind === 'CHANNEL' && !reader.inside) return words('a callback of a supplier', '供货方的回调');
  if (actor.kind === 'GATEWAY' || actor.kind === 'CHANNEL') return words(`a callback of ${actor.id}`, `${actor.id} 的回调`);
  if (actor.kind === 'ENGINE') {
    const own = ownCause(event as unknown as OrderEvent, cause, reader.attemptsMax);
    if (own !== null) return own;
    return summary === null ? words('cardrail itself', '系统') : words(`it follows from: ${summary.en}`, `承接上一步：${summary.zh}`);
  }
  const isOutside = actor.kind === 'BUYER' || actor.kind === 'STOREFRONT';
  if (!reader.inside && !isOutside) return words('the shop', '商家');
  const who = ACTORS[actor.kind];
  if (reason === undefined || !reader.inside) return who;
  return words(`${who.en} (${actor.id}): ${reason}`, `${who.zh}（${actor.id}）：${reason}`);
}
