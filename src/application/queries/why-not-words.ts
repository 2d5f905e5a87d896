import type { WhyNot } from '../../domain/order/purchase-events';
import { words, type Words } from './words';

const WHY_NOT: Readonly<Record<WhyNot, Words>> = {
  UNKNOWN_CHANNEL: words('it is not set up', '未配置'),
  PAUSED: words('it is paused', '已暂停'),
  DRAINING: words('it takes no new orders', '不再接新单'),
  AWAY: words('it cannot be reached', '无法连接'),
  SOLD_OUT: words('it has too few', '库存不足'),
  TOO_DEAR: words('it asks more than the SKU allows', '超过进价上限'),
  MARGIN_TOO_LOW: words('its price leaves too little', '利润低于下限'),
  OTHER_CURRENCY: words('it asks another currency', '币种不符'),
  GIVEN_UP: words('a purchase there was given up', '此前的采购已放弃'),
  NOT_YET: words('a purchase there failed a moment ago', '刚刚采购失败'),
  ISOLATED: words('it is too ill for anything new', '异常隔离中'),
  PROBED_BY_OTHERS: words('it is being tried with a few orders', '正在小流量试探'),
  BUSY: words('so much is under way there', '当前繁忙'),
  RETRY_BUDGET: words('retries there have to wait', '重试需稍后'),
};

/** Why a channel is passed over, in plain words. */
export const whyNotWords = (why: WhyNot): Words => WHY_NOT[why];
