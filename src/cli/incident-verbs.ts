import { changing, keyed, type VerbKit } from './desk-verbs';

/** What is wrong with a running shop, and was. */
export function addIncidents({ verb, noun, whole, localeOption }: VerbKit): void {
  const incidents = noun('incidents', 'what is wrong with a running shop, and was');
  verb(incidents, 'list', 'incidents, newest first')
    .option('--open', 'only those that are open')
    .option('--limit <n>', 'incidents at most', whole(1, 100), 20)
    .addOption(localeOption())
    .action(async (options: object) => (await import('./verbs/incidents')).listIncidents(options as never));
  verb(incidents, 'show <incident>', 'one incident: what it came to, and its timeline')
    .addOption(localeOption())
    .action(async (id: string, options: object) => (await import('./verbs/incidents')).showIncident(id, options));
  changing(
    verb(incidents, 'acknowledge <incident>', 'say that somebody knows of it: nobody is reminded any more; it stays open until it is over'),
    localeOption,
  ).action(async (id: string, options: object) => (await import('./verbs/incidents')).acknowledge(id, keyed(options)));

  const notifiers = noun('notifiers', 'robots, webhooks and mailboxes that hear of incidents');
  verb(notifiers, 'list', 'what these settings make of them, and which secrets are not there; nobody is told anything').action(
    async (options: { json?: true }) => (await import('./verbs/notifiers')).listNotifiers(options),
  );
  verb(notifiers, 'try <notifier>', 'send it one message that says that nothing has happened').action(async (id: string, options: { json?: true }) =>
    (await import('./verbs/notifiers')).tryNotifier(id, options),
  );
}
