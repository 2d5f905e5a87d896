import { Option, type Command } from 'commander';
import { ORDER_STATUSES, PHASES } from '../domain/order/phase';
import { REVIEW_KINDS } from '../domain/order/reviews';

/** What commander is asked for in several places of the command line. */
export interface VerbKit {
  readonly verb: (parent: Command, name: string, about: string) => Command;
  readonly noun: (name: string, about: string) => Command;
  readonly whole: (min: number, max: number) => (text: string) => number;
  readonly localeOption: () => Option;
}

const AMOUNT_MAX = 1_000_000_000_000;
const CHOICES = [
  'RETRY',
  'REISSUE',
  'REFUND',
  'CONFIRM_PAYMENT',
  'CONFIRM_SURPLUS',
  'NOT_PAID',
  'CONFIRM_REFUNDED',
  'NOT_REFUNDED',
  'REFUND_AGAIN',
  'WRITE_OFF',
  'UNFREEZE',
  'DISMISS',
];

/** Which orders: words that no order can have are a slip of the keyboard, and an empty list would hide it. */
export const byState = (command: Command): Command =>
  command
    .addOption(new Option('--status <status...>', 'what the buyer is told').choices(ORDER_STATUSES))
    .addOption(new Option('--phase <phase...>', 'where exactly they stand').choices(PHASES));

/** Whoever changes something says that they mean it, and why. */
export const changing = (command: Command, localeOption: VerbKit['localeOption']): Command =>
  command
    .option('--yes', 'do it')
    .option('--reason <text>', 'why; kept for ever')
    .option('--idempotency <id>', 'the same id with the same target and flags changes nothing a second time')
    .addOption(localeOption());

/** Verbs of the desk act on a running shop, through its API. */
export function addDesk(orders: Command, { verb, noun, whole, localeOption }: VerbKit): void {
  changing(
    verb(orders, 'retry <order>', 'give a paid order without its cards its deliver-within time anew; takes a number, id or reference'),
    localeOption,
  ).action(async (order: string, options: object) => (await import('./verbs/desk')).retryOrder(order, keyed(options)));
  changing(verb(orders, 'refund <order>', 'order money back: all that is left, or a part'), localeOption)
    .option('--amount <minor>', 'how much, in minor units', whole(1, AMOUNT_MAX))
    .option('--payment <reference>', 'of which payment; the one that was kept without it')
    .option('--card <id...>', 'the cards that a part takes back')
    .action(async (order: string, options: object) => (await import('./verbs/desk')).refundOrder(order, keyed(options)));

  const reviews = noun('reviews', 'what waits for a person');
  verb(reviews, 'list', 'open reviews, the most overdue first')
    .addOption(new Option('--kind <kind...>', 'only reviews about this').choices(REVIEW_KINDS))
    .option('--overdue', 'only those whose time to be answered has passed')
    .option('--limit <n>', 'reviews at most', whole(1, 100), 50)
    .addOption(localeOption())
    .action(async (options: object) => (await import('./verbs/desk')).listReviews(options as never));
  changing(verb(reviews, 'resolve <order> <subject>', 'answer one review by one of the choices that it offers'), localeOption)
    .addOption(new Option('--choice <choice>', 'the way out; without it the review is called over').choices(CHOICES))
    .option('--evidence <text>', 'what was seen and where, for choices that stand in for a gateway')
    .option('--amount <minor>', 'how much, in minor units, for choices about money', whole(1, AMOUNT_MAX))
    .option('--transaction <id>', "the gateway's id of a confirmed payment")
    .action(async (order: string, subject: string, options: object) => (await import('./verbs/desk')).resolveReview(order, subject, keyed(options)));
}

export const keyed = ({ idempotency, ...options }: { readonly idempotency?: string }): object =>
  idempotency === undefined ? options : { ...options, key: idempotency };
