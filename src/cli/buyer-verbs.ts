import type { Command } from 'commander';
import { changing, keyed, type VerbKit } from './desk-verbs';

const CLIENT = ['--client <id>', 'whose buyer it is'] as const;

/** Buyers, and what the shop holds of them. */
export function addBuyers({ verb, noun, localeOption }: VerbKit): void {
  const buyers = noun('buyers', 'what the shop holds of its buyers');
  changing(
    verb(buyers, 'erase <ref>', 'forget a buyer for ever; a second person approves, and every order of the buyer must be settled'),
    localeOption,
  )
    .requiredOption(...CLIENT)
    .action(async (ref: string, options: object) => (await import('./verbs/buyers')).erase(ref, keyed(options) as never));
  verb(buyers, 'erasure <ref>', 'how far the erasure of a buyer is')
    .requiredOption(...CLIENT)
    .addOption(localeOption())
    .action(async (ref: string, options: object) => (await import('./verbs/buyers')).erasure(ref, options as never));
  verb(buyers, 'erasures', 'the list of who was erased, without any name, as JSON lines: keep it where no backup lies').action(async () =>
    (await import('./verbs/buyer-keys')).erasures(),
  );
}

/** The keys of buyers in backups, for shops whose log is backed up with the tools of its server. */
export function addBuyerKeyBackups(backup: Command, { verb }: Pick<VerbKit, 'verb'>): void {
  verb(backup, 'buyer-keys <file>', 'copy the keys of buyers and the list of who was erased; part of `backup create`')
    .option('--yes', 'replace a file that is there')
    .action(async (file: string, options: { yes?: true; json?: true }) => (await import('./verbs/buyer-keys')).create(file, options));
  verb(backup, 'restore-buyer-keys <file>', 'take keys of buyers back from a copy, but for those of who was erased; part of `backup restore`')
    .option('--yes', 'do it')
    .option('--reason <text>', 'accepted for scripts')
    .action(async (file: string, options: { yes?: true; json?: true }) => (await import('./verbs/buyer-keys')).restore(file, options));
}
