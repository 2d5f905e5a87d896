import { Option } from 'commander';
import { changing, keyed, type VerbKit } from './desk-verbs';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gbk', 'gb18030'];

/** The pool: import and numbers work on the files of the shop, what is on sale is changed in a running one. */
export function addCards({ verb, noun, whole, localeOption }: VerbKit): void {
  const cards = noun('cards', 'the pool of cards');
  verb(
    cards,
    'import <file>',
    'put the codes of a file into the pool: csv, or one code per line; the same file twice changes nothing, and a cut-off import goes on',
  )
    .requiredOption('--sku <id>', 'the product they belong to')
    .option('--batch <name>', 'name of the delivery; the file itself is the delivery without it')
    .option('--preview', 'only say what it would come to: bad rows, duplicates, expired cards; nothing is stored')
    .addOption(new Option('--format <format>', 'csv or txt; by the ending of the name without it').choices(['csv', 'txt']))
    .option('--delimiter <text>', 'what stands between the columns, such as tab, ";" or "----"; found out for csv without it')
    .addOption(new Option('--encoding <name>', 'how the text is encoded; found out without it').choices(ENCODINGS))
    .option('--columns <names>', 'the columns in their order, one of them `code`: number,code,expiresAt; a heading says it without it')
    .option('--supplier <name>', 'who delivered them')
    .option('--cost <amount>', 'what one card cost, such as 46.50; in the currency of the product unless it says another')
    .option('--expires <date>', 'when cards expire whose row does not say it; a day counts to its end')
    .option('--utc-offset <offset>', 'of dates without one, such as +08:00', 'Z')
    .option('--yes', 'accepted for scripts; nothing here needs it')
    .option('--reason <text>', 'why, for the log')
    .addOption(localeOption())
    .action(async (file: string, options: object) => (await import('./verbs/import-cards')).importFile(file, options as never));
  verb(cards, 'stats', 'available, reserved, sold, quarantined, expired and voided cards by product')
    .option('--batches', 'by import instead, newest first: 100 at most')
    .action(async ({ batches, ...options }: { batches?: true; json?: true }) => {
      const cards = await import('./verbs/cards');
      await (batches === true ? cards.batchStats(options) : cards.stats(options));
    });

  changing(
    verb(
      cards,
      'export-codes <file>',
      'take unsold codes out of the shop in plain text, once; a second person approves, and they are out of sale then',
    ),
    localeOption,
  )
    .requiredOption('--sku <id>', 'of this product')
    .option('--batch <id>', 'only of this delivery')
    .option('--limit <n>', 'codes at most', whole(1, 5_000), 5_000)
    .addOption(new Option('--format <format>', 'csv for spreadsheets, ndjson to the letter').choices(['csv', 'ndjson']).default('csv'))
    .action(async (file: string, options: object) => (await import('./verbs/export-codes')).exportCodes(file, keyed(options) as never));

  for (const [name, about] of [
    ['quarantine', 'take cards or a delivery out of sale until somebody has looked at them; cards that orders hold are named'],
    ['restock', 'put quarantined cards on sale again; one that a buyer has seen never is'],
    ['void', 'take cards or a delivery out of sale for good'],
  ] as const)
    changing(verb(cards, name, about), localeOption)
      .option('--card <id...>', 'cards, by id')
      .option('--batch <id>', 'a delivery, by id, as `cards stats --batches` shows it')
      .action(async (options: object) => (await import('./verbs/card-desk')).changeCards(name, keyed(options)));
}
