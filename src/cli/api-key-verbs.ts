import { Option } from 'commander';
import { changing, keyed, type VerbKit } from './desk-verbs';

const ROLES = ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'];
const HOURS_MAX = 2_160;

/** Keys to the API of a running shop; they are asked for there, by an ADMIN. */
export function addApiKeys({ verb, noun, whole, localeOption }: VerbKit): void {
  const keys = noun('api-keys', 'keys to the API: who may call, for what, and until when');
  verb(keys, 'list', 'every key with its rights and, roughly, its last use; never its text')
    .addOption(localeOption())
    .action(async (options: object) => (await import('./verbs/api-keys')).list(options));
  changing(verb(keys, 'issue <id>', 'make a key, or give one other rights; its text is printed once'), localeOption)
    .requiredOption('--client <id>', 'the shop or team that it belongs to')
    .addOption(new Option('--role <role>', 'what it may do at most').choices(ROLES).makeOptionMandatory())
    .option('--scope <operation...>', 'the only operations that it may be used for, as `docs/rights.md` names them')
    .option('--origin <origin...>', 'the only browser origins that it may be used from')
    .option('--expires <time>', 'when it ends by itself: ISO-8601 with its zone')
    .action(async (id: string, options: object) => (await import('./verbs/api-keys')).issue(id, keyed(options) as never));
  changing(verb(keys, 'rotate <id>', 'give a key another text, which is printed once'), localeOption)
    .option('--overlap <hours>', 'how long the old text opens as well', whole(1, HOURS_MAX))
    .action(async (id: string, options: object) => (await import('./verbs/api-keys')).rotate(id, keyed(options)));
  changing(verb(keys, 'revoke <id>', 'take a key back, for good'), localeOption).action(async (id: string, options: object) =>
    (await import('./verbs/api-keys')).revoke(id, keyed(options)),
  );
}
