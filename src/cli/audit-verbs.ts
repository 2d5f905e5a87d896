import type { VerbKit } from './desk-verbs';

const ENTRIES_MAX = 10_000;

/** A history that cannot lie. */
export function addAudit({ verb, noun, whole }: VerbKit): void {
  const audit = noun('audit', 'signed checkpoints of the whole log');
  verb(audit, 'checkpoint', 'sign how all streams stand; once a day is enough, and a day on which nothing happened signs nothing')
    .option('--yes', 'accepted for scripts: it only adds')
    .action(async (options: { json?: true }) => (await import('./verbs/audit')).checkpoint(options));
  verb(audit, 'export <file>', 'sign a checkpoint and write it with the heads of all streams: for a place that the shop does not control')
    .option('--yes', 'replace a file that is there')
    .action(async (file: string, options: { yes?: true; json?: true }) => (await import('./verbs/audit')).exportTo(file, options));
  verb(audit, 'verify', 'compare the log with its hash chains and with every checkpoint, and name what is not as it was')
    .option('--against <file...>', 'files of audit export that were kept elsewhere: with them, streams are named')
    .option('--public-key <key...>', 'keys that are trusted to have signed; those of the keyring without it')
    .option('--resume', 'go on where a run was cut off; what it had read is not read again')
    .action(async (options: object) => (await import('./verbs/audit')).verify(options));
  verb(audit, 'trail', 'who did what and who was refused what, newest first; asks a running shop')
    .option('--actor <id>', 'an API key or member of staff; of a buyer the order id')
    .option('--action <name>', 'an event, an operation, or a field as Type.field')
    .option('--subject <stream>', 'what it is about, such as order-ID or apikey-ID')
    .option('--refused', 'only what was refused')
    .option('--from <time>', 'from then on: ISO-8601 with its zone')
    .option('--to <time>', 'before then')
    .option('--limit <n>', 'entries at most', whole(1, ENTRIES_MAX), 50)
    .action(async (options: object) => (await import('./verbs/audit-trail')).trail(options as never));
}
