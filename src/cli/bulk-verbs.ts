import type { Command } from 'commander';
import { byState, changing, keyed, type VerbKit } from './desk-verbs';

const ORDERS_MAX = 5_000;

/** Repairs of many orders, in a running shop. */
export function addBulk(orders: Command, { verb, noun, whole, localeOption }: VerbKit): void {
  for (const [name, about] of [
    ['bulk-retry', 'give many paid orders without their cards their deliver-within time anew'],
    ['bulk-reroute', 'send many orders elsewhere that wait at a channel'],
    ['bulk-refund', 'order the money of many orders back, all that is left of each'],
  ] as const)
    byState(changing(verb(orders, name, `${about}; without --confirm a dry run that changes nothing`), localeOption))
      .option('--sku <id...>', 'only of these products')
      .option('--channel <id...>', 'only those whose goods were last asked for there')
      .option('--gateway <id...>', 'only those paid through these gateways')
      .option('--waiting-for <what>', 'such as stock:<sku> or channel:<id>')
      .option('--paid-from <time>', 'only those paid then or later; ISO-8601 UTC')
      .option('--paid-to <time>', 'only those paid then or before; ISO-8601 UTC')
      .option('--in-review', 'only what a person must decide')
      .option('--in-doubt', 'only where the outcome of a call is unknown')
      .option('--limit <n>', 'orders at most, the oldest first', whole(1, ORDERS_MAX))
      .option('--confirm <text>', 'what the dry run printed: order the job')
      .action(async (options: object) => (await import('./verbs/bulk')).bulk(name, keyed(options)));

  const jobs = noun('jobs', 'repairs of many orders, and of read models, in a running shop');
  verb(jobs, 'list', 'the newest first')
    .option('--limit <n>', 'jobs at most', whole(1, 100), 20)
    .addOption(localeOption())
    .action(async (options: object) => (await import('./verbs/bulk')).listJobs(options as never));
  verb(jobs, 'show <job>', 'how far one is, and what it came to')
    .addOption(localeOption())
    .action(async (id: string, options: object) => (await import('./verbs/bulk')).showJob(id, options));
  changing(verb(jobs, 'stop <job>', 'stop a repair of many orders before its next order; what it has done stays done'), localeOption).action(
    async (id: string, options: object) => (await import('./verbs/bulk')).stopJob(id, keyed(options)),
  );
}
