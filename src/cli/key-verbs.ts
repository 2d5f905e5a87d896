import { changing, keyed, type VerbKit } from './desk-verbs';

/** The keyring is a file of this machine; what it was used for is changed in a running shop. */
export function addKeys({ verb, noun, localeOption }: VerbKit): void {
  const keys = noun('keys', 'the keyring');
  verb(keys, 'init', 'make a keyring; one that is there is never touched')
    .option('--development', 'mark it as made for trying things out: production refuses it')
    .action(async (options: { development?: true; json?: true }) => (await import('./verbs/keys')).init(options));
  verb(
    keys,
    'add <kind>',
    'add a key that is used from the next start on: sealing (for cards and contacts), token (for order tokens) or audit (for checkpoints)',
  )
    .option('--yes', 'do it')
    .option('--reason <text>', 'why; printed, not stored: the keyring keeps no history')
    .action(async (kind: string, options: { yes?: true; json?: true }) => (await import('./verbs/keys')).add(kind, options));
  verb(keys, 'trial <folder>', 'make secrets for trying things out, a file for each that the example shop names; those that are there stay').action(
    async (folder: string, options: { json?: true }) => (await import('./verbs/keys')).trial(folder, options),
  );
  verb(keys, 'list', 'every sealing key, and how many cards and orders depend on it, counted over the whole log; works beside a running shop').action(
    async (options: { json?: true }) => (await import('./verbs/key-uses')).list(options),
  );
  changing(
    verb(keys, 'destroy <key>', 'destroy a sealing key that nothing depends on; a second person approves, and then the uses are counted'),
    localeOption,
  ).action(async (kid: string, options: object) => (await import('./verbs/key-jobs')).destroy(kid, keyed(options)));
  changing(
    verb(keys, 'rotate', 'seal all cards with the newest key, in the background; `jobs show` tells how far it is, `jobs stop` stops it'),
    localeOption,
  ).action(async (options: object) => (await import('./verbs/key-jobs')).rotate(keyed(options)));
}
