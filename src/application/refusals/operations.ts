import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of what operators ask: jobs, read models, incidents, routing. */
export const operationsRefusals = {
  CHANNEL_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有名为 {channelId} 的发卡渠道。请先配置该渠道，或修改商品的货源。',
    en: 'There is no channel {channelId}. Configure it first, or change the sources of the product.',
  },
  PROJECTION_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该读模型。请查询 projections 核对名称。',
    en: 'There is no such read model. Look its name up in projections.',
  },
  NOT_PARKED: {
    retryable: false,
    'zh-CN': '该流已不在此事件处等待。请重新查询 parkedEvents。',
    en: 'The stream does not wait at this event any more. Ask parkedEvents again.',
  },
  ENDPOINT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该通知端点。请查询 outbox 核对名称。',
    en: 'There is no such endpoint. Look its name up in outbox.',
  },
  ENDPOINT_TAKES_NO_REPEATS: {
    retryable: false,
    'zh-CN': '该端点由人阅读，不能从头重发整个订单。请去掉订单编号，或选择 webhook 端点。',
    en: 'People read what this endpoint sends, so no order is told to it from the beginning. Leave the order out, or name a webhook endpoint.',
  },
  JOB_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该批量任务。请在任务列表中核对编号。',
    en: 'There is no such bulk repair. Look its id up in the list of jobs.',
  },
  INCIDENT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该事件。请在事件列表中核对编号。',
    en: 'There is no such incident. Look its id up in the list of incidents.',
  },
  INCIDENT_OVER: {
    retryable: false,
    'zh-CN': '该事件已经结束，无需再确认。请查看其结案小结。',
    en: 'This incident is over, so there is nothing to acknowledge. Read its summary.',
  },
  NOTHING_SELECTED: {
    retryable: false,
    'zh-CN': '没有符合条件的订单。请修改筛选条件。',
    en: 'No order fits the filter. Change the filter.',
  },
  CONFIRMATION_INVALID: {
    retryable: false,
    'zh-CN': '确认凭证无效、已过期，或属于另一次试算。请重新试算，再用新的凭证确认。',
    en: 'This confirmation is not valid, has expired, or belongs to another dry run. Make the dry run again and confirm with its token.',
  },
  CONFIRMATION_OUTDATED: {
    retryable: false,
    'zh-CN': '试算之后符合条件的订单变多了：当时 {confirmed} 笔，现在 {found} 笔。请重新试算并核对。',
    en: 'More orders fit now than the dry run showed: {confirmed} then, {found} now. Make the dry run again and look at it.',
  },
  CANARY_RUNNING: {
    retryable: false,
    'zh-CN': '路由策略 {version} 正在灰度中。请先将其转正或回滚。',
    en: 'Routing policy {version} is being tried. Promote it or roll it back first.',
  },
  NO_SUCH_CANARY: {
    retryable: false,
    'zh-CN': '该版本的路由策略不在灰度中，可能已转正或回滚。请查看 routingPolicy 的历史。',
    en: 'No routing policy of this version is being tried; it may have been promoted or rolled back. Look at the history of routingPolicy.',
  },
  POLICY_VERSION_TAKEN: {
    retryable: false,
    'zh-CN': '版本名 {version} 已用于另一路由策略。请换一个版本名。',
    en: 'The version name {version} belongs to another routing policy. Give this one a new name.',
  },
  CANARY_NOT_ENOUGH_DATA: {
    retryable: true,
    'zh-CN': '数据不足：灰度 {canaryOrders} 单，对照 {controlOrders} 单，各需 {needed} 单。请稍后再试，或提高灰度比例。',
    en: 'Not enough data: {canaryOrders} orders tried it and {controlOrders} did not, and {needed} of each are needed. Wait, or raise the percentage.',
  },
  CANARY_IS_WORSE: {
    retryable: true,
    'zh-CN': '灰度策略的表现不如现行策略（{by}）。请查看 canaryReport，回滚或继续观察。',
    en: 'The canary does worse than the policy in use, by {by}. Look at canaryReport; roll it back, or let it go on.',
  },
  NOT_CONFIGURED: { retryable: false, 'zh-CN': '该项尚未配置。请先完成配置。', en: 'This has not been configured. Configure it first.' },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
