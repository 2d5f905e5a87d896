import type { Command } from 'commander';
import type { VerbKit } from './desk-verbs';
import type { SwitchKind } from './verbs/switches';

const PAUSES = [
  [
    'channel',
    [
      ['pause', 'nothing new is bought there; purchases that are open are followed to their end'],
      ['resume', 'bought from again, after a pause or a drain'],
      ['drain', 'orders that are there still buy there, new ones do without it'],
    ],
  ],
  [
    'gateway',
    [
      ['pause', 'no new order may choose it; payments that are open are followed to their end, and refunds go on'],
      ['resume', 'offered again'],
    ],
  ],
  [
    'sku',
    [
      ['pause', 'new orders for it are refused; those that are there go on'],
      ['resume', 'on sale again'],
    ],
  ],
] as const;

/** What is bought from, paid through and sold: how it stands, and the switches for when something outside is broken. */
export function addSwitches({ verb, noun, localeOption }: VerbKit): void {
  const nouns: Readonly<Record<SwitchKind, Command>> = {
    gateway: noun('gateways', 'ways to be paid'),
    channel: noun('channels', 'upstreams that cards are bought from'),
    sku: noun('skus', 'products'),
  };
  verb(nouns.gateway, 'list', 'every gateway, where it stands, and how much may be under way there').action(async (options: { json?: true }) =>
    (await import('./verbs/gateways')).listGateways(options),
  );
  verb(nouns.channel, 'list', 'every channel, where it stands, and what it says of stock, price and balance now').action(
    async (options: { json?: true }) => (await import('./verbs/channels')).listChannels(options),
  );
  verb(nouns.sku, 'list', 'every product: whether it is on sale, at what price, and from where').action(async (options: { json?: true }) =>
    (await import('./verbs/skus')).listSkus(options),
  );
  for (const [kind, verbs] of PAUSES)
    for (const [name, about] of verbs)
      verb(nouns[kind], `${name} <${kind}>`, about)
        .requiredOption('--reason <text>', 'why, for the log')
        .option('--yes', 'accepted for scripts; nothing here needs it')
        .addOption(localeOption())
        .action(async (id: string, options: { reason: string; locale?: string; json?: true }) =>
          (await import('./verbs/switches')).throwSwitch(kind, name, id, options),
        );
}
