import { basename } from 'node:path';
import { Refused } from '../exit';
import { answer, say } from '../output';
import { configOf, withParts } from '../session';
import type { Change } from '../shop-file/apply-shop';
import { textOf } from '../shop-file/text-of';

const SIGNS: Readonly<Record<Change['change'], string>> = { created: '+', changed: '~', unchanged: '=', missing: '?', refused: '!' };
const NOTES: Readonly<Record<Change['change'], string>> = {
  created: '',
  changed: '',
  unchanged: '',
  missing: ' is not in the file; it stays as it is',
  refused: ' was refused: ',
};

/** Brings the shop to what a file says. Safe to repeat, and beside a running shop. */
export async function apply(
  file: string,
  { dryRun, reason, json }: { readonly dryRun?: true; readonly reason?: string; readonly json?: true },
): Promise<void> {
  const config = configOf();
  const [{ parseShopFile }, { applyShop }] = await Promise.all([import('../shop-file/shop-file'), import('../shop-file/apply-shop')]);
  const shop = parseShopFile(textOf(file), basename(file));
  const options = { dryRun: dryRun === true, reason: reason ?? `cardrail apply ${basename(file)}` };
  const { changes, warnings } = await withParts(config, (parts) => applyShop(parts, shop, options));
  for (const warning of warnings) say(warning);
  const line = ({ kind, id, change, why }: Change): string => `${SIGNS[change]} ${kind} ${id}${NOTES[change]}${why ?? ''}`;
  await answer(json, { dryRun: options.dryRun, changes, warnings }, () =>
    changes.length === 0 ? 'the file holds nothing' : changes.map(line).join('\n'),
  );
  const refused = changes.filter(({ change }) => change === 'refused').length;
  if (refused > 0) throw new Refused('ENTRIES_REFUSED', { refused, entries: changes.length });
}
