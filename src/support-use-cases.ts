import { isStaff } from './application/authorise';
import { AddNoteHandler } from './application/commands/add-note';
import type { Command, CommandHandler } from './application/commands/command';
import type { OrderDesk } from './application/commands/order-desk';
import { ReportCardHandler } from './application/commands/report-card';
import { ResendDeliveryHandler } from './application/commands/resend-delivery';
import type { SettingDesk } from './application/commands/setting-desk';
import {
  AssignOrderHandler,
  BlockBuyerHandler,
  OpenComplaintHandler,
  OpenSharedOrderHandler,
  ResolveComplaintHandler,
  RevealFieldsHandler,
  RevokeOrderShareHandler,
  ShareOrderHandler,
  TagOrderHandler,
  UnassignOrderHandler,
  UnblockBuyerHandler,
  UntagOrderHandler,
} from './application/commands/support';
import type { Mac } from './application/cursor';
import type { PositionWaiter } from './application/projections/position-waiter';
import { BuyerHistoryHandler } from './application/queries/buyer-history';
import { ListBlocksHandler } from './application/queries/list-blocks';
import { ListReviewsHandler } from './application/queries/list-reviews';
import { ListTaggedOrdersHandler } from './application/queries/list-tagged-orders';
import type { Query, QueryHandler } from './application/queries/query';
import type { Parts } from './parts';

/** What people at the desk do with orders, besides repairing them. */
export function supportCommandHandlers(
  { settings, commands, keyring, secrets, runtime, log, config }: Parts,
  orders: OrderDesk,
  setting: SettingDesk,
): readonly CommandHandler<Command<unknown>>[] {
  const { jwt } = config;
  // Whoever signs in at the identity provider is known there alone: any name of that issuer will do.
  const isAtTheDesk = (actorId: string): boolean =>
    (jwt !== undefined && actorId.startsWith(`${jwt.issuer}#`)) ||
    settings.allApiKeys().some(({ id, active, settings: key }) => id === actorId && active && key !== undefined && isStaff(key.role));
  return [
    ...[ReportCardHandler, ResendDeliveryHandler, AddNoteHandler].map((Handler) => new Handler(orders)),
    ...[UnassignOrderHandler, TagOrderHandler, UntagOrderHandler, OpenComplaintHandler, ResolveComplaintHandler, RevokeOrderShareHandler].map(
      (Handler) => new Handler(orders),
    ),
    new AssignOrderHandler(orders, isAtTheDesk),
    new ShareOrderHandler(orders, keyring),
    new BlockBuyerHandler(commands, keyring, settings.blocks),
    new UnblockBuyerHandler(setting, commands),
    new RevealFieldsHandler(orders, secrets, (orderId) => log.error({ orderId }, 'what the buyer filled in cannot be opened'), runtime),
  ];
}

/** What somebody outside looks at, by a link that one of them has made. */
export const sharedOrderHandler = (
  { commands, keyring, runtime, store, codec, readModels, settings }: Parts,
  waiter: PositionWaiter,
): CommandHandler<Command<unknown>> =>
  new OpenSharedOrderHandler({
    ...{ commands, keyring, runtime, store, codec, readModels },
    waitForPosition: waiter.waitFor.bind(waiter),
    skuName: (skuId, locale) => settings.sku(skuId)?.settings?.name[locale] ?? skuId,
  });

/** What they look at. */
export function supportQueryHandlers({ readModels, commands, config, keyring, settings }: Parts, mac: Mac): readonly QueryHandler<Query<unknown>>[] {
  return [
    new ListReviewsHandler(readModels, mac, commands.clock, config.values.CARDRAIL_REVIEW_WITHIN_MINUTES),
    new ListTaggedOrdersHandler(readModels, mac),
    new BuyerHistoryHandler({ readModels, commands, keyring, blocks: settings.blocks }),
    new ListBlocksHandler(readModels, mac, commands.clock, keyring),
  ];
}
