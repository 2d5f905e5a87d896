import { changing, keyed, type VerbKit } from './desk-verbs';

/** What was told to whom, and telling it again. */
export function addOutbox({ verb, noun, whole, localeOption }: VerbKit): void {
  const outbox = noun('outbox', 'what a running shop tells to webhooks, mailboxes and chat rooms');
  verb(outbox, 'show', 'everybody who is told, and what they have not heard, the oldest first')
    .option('--endpoint <id>', 'messages of this endpoint only')
    .option('--limit <n>', 'messages at most', whole(1, 100), 20)
    .addOption(localeOption())
    .action(async (options: object) => (await import('./verbs/outbox')).showOutbox(options as never));
  changing(
    verb(outbox, 'resend <endpoint>', 'tell an endpoint now what it has not heard').option(
      '--order <order>',
      'everything of this order from its beginning, under the same message ids; takes a number, id or reference',
    ),
    localeOption,
  ).action(async (endpoint: string, options: object) => (await import('./verbs/outbox')).resend(endpoint, keyed(options)));
}
