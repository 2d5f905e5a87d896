import { statSync } from 'node:fs';
import { Refused, WrongUse } from '../exit';
import { moveIn, type MovedIn } from '../moving-in/move-in';
import { OLD_SHOPS } from '../moving-in/old-shop';
import { answer, say, table } from '../output';
import { progressOf } from '../progress';
import { untilInterrupted } from '../session';

interface Options {
  readonly to?: string;
  readonly currency: string;
  readonly all?: true;
  readonly json?: true;
}

const MIB = 1024 * 1024;

/** What an old shop's dump holds, and, with a folder, the files that bring it here. Prints no code. */
export async function convert(kindName: string, dump: string, { to, currency, all, json }: Options): Promise<void> {
  const kind = OLD_SHOPS[kindName]?.();
  if (kind === undefined) throw new WrongUse('OLD_SHOP_UNKNOWN', { kind: kindName, kinds: Object.keys(OLD_SHOPS).join(', ') });
  if (!/^[A-Z]{3}$/.test(currency)) throw new WrongUse('CURRENCY_WRONG');
  const size = statSync(dump, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new WrongUse('FILE_NOT_FOUND', { file: dump });
  const progress = progressOf('MiB');
  const moved = await moveIn({
    file: dump,
    kind,
    currency,
    all: all === true,
    folder: to ?? null,
    onProgress: (bytes) => progress.at(Math.floor(bytes / MIB), Math.ceil(size / MIB), ''),
    signal: untilInterrupted(),
  });
  progress.end();
  await answer(json, moved, () => textOf(moved));
  if (moved.skus.length === 0) throw new Refused('DUMP_EMPTY', { file: dump, kind: kindName });
  if (moved.folder === null) say('nothing was written: say --to FOLDER to write it');
  else say(`the codes lie in plain text in ${moved.folder}/cards: delete them when they are imported`);
}

function textOf({ skus, codesLeftBehind, folder }: MovedIn): string {
  const rows = skus.map((sku) => [
    sku.skuId,
    sku.name,
    ...[sku.unsold, sku.sold, sku.reserved, sku.deleted, sku.empty].map(String),
    sku.leftOut === null ? 'comes along' : WHY[sku.leftOut],
  ]);
  const next =
    folder === null
      ? []
      : [
          '',
          `cardrail apply ${folder}/shop.yaml`,
          ...skus.filter(comes).map(({ skuId }) => `cardrail cards import ${folder}/cards/${skuId}.csv --sku ${skuId}`),
        ];
  const behind =
    codesLeftBehind === 0 ? [] : ['', `${codesLeftBehind} unsold codes stay behind with their products, or their products are not in the dump`];
  return [table(['SKU', 'NAME', 'UNSOLD', 'SOLD', 'RESERVED', 'DELETED', 'EMPTY', ''], rows), ...behind, ...next].join('\n');
}

const comes = ({ leftOut, unsold }: MovedIn['skus'][number]): boolean => leftOut === null && unsold > 0;

const WHY = {
  NOT_ON_SALE: 'off the shelf: left out, unless --all',
  NO_NAME: 'has no name: left out',
  PRICE_NOT_UNDERSTOOD: 'its price cannot be charged: left out',
} as const;
