import { parseArgs } from 'node:util';
import { createCodec } from '../infrastructure/codec/codec';
import { codecCatalog } from '../infrastructure/codec/catalog';
import { PROFILE_NAMES, profileNamed } from './profiles';
import { dayIn, ownShop } from './profiles/own-shop';
import type { Profile } from './profiles/profile';
import type { StoryOptions } from './simulate';

export const USAGE = `usage: simulate [--profile ${PROFILE_NAMES.join('|')}] [--seeds N] [--seed FIRST] [--orders M] [--json] [--story]
                [--shop-name NAME --stock SHARE --down ID,ID < the shop as JSON]
                [--only-buyers 1,2|none] [--only-faults id,id|none]`;
const LIMITS = { seeds: 1_000_000, orders: 100_000, seed: 2 ** 31 - 1 } as const;
const SHARE_MOST = 100;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** What somebody asked for, in plain words: whoever has them makes the same of them. */
export interface Words {
  readonly args: readonly string[];
  /** The own shop as JSON; empty where none is named. */
  readonly shop: string;
}

export interface Asked extends StoryOptions {
  readonly seeds: number;
  readonly isJson: boolean;
}

/** Whether these flags name a shop, which then has to be read. */
export const namesShop = (args: readonly string[]): boolean => args.some((word) => /^--shop-name(=|$)/.test(word));

/** Throws RangeError or what `parseArgs` says. */
export function asked({ args, shop }: Words): Asked {
  const options = {
    profile: text,
    seeds: text,
    seed: text,
    orders: text,
    'shop-name': text,
    stock: text,
    down: text,
    'only-buyers': text,
    'only-faults': text,
    json: flag,
    story: flag,
  };
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const buyers = listOf(values['only-buyers']);
  const faults = listOf(values['only-faults']);
  const isReplay = buyers !== undefined || faults !== undefined;
  return {
    profile: dayOf(profileNamed(values.profile ?? 'chaos'), values, shop),
    seeds: Math.max(1, whole(values.seeds, isReplay ? 1 : 10, LIMITS.seeds)),
    seed: whole(values.seed, 1, LIMITS.seed),
    orders: Math.max(1, whole(values.orders, 100, LIMITS.orders)),
    codec: createCodec(codecCatalog),
    ...(buyers === undefined ? {} : { onlyBuyers: new Set(buyers.map(Number)) }),
    ...(faults === undefined ? {} : { onlyFaults: new Set(faults) }),
    keepStory: values.story === true,
    isJson: values.json === true,
  };
}

function whole(word: string | undefined, otherwise: number, most: number): number {
  const number = word === undefined ? otherwise : Number(word);
  if (!Number.isInteger(number) || number < 0 || number > most) throw new RangeError(`a whole number up to ${most} is wanted, not ${word}`);
  return number;
}

const listOf = (words: string | undefined): readonly string[] | undefined =>
  words === undefined ? undefined : words === 'none' ? [] : words.split(',');

interface ShopWords {
  readonly 'shop-name'?: string | undefined;
  readonly stock?: string | undefined;
  readonly down?: string | undefined;
}

/** The day of the profile, in the own shop where one is named. */
function dayOf(day: Profile, { 'shop-name': name, stock = '1', down }: ShopWords, text: string): Profile {
  if (name === undefined) return day;
  const share = Number(stock);
  if (!(share >= 0 && share <= SHARE_MOST)) throw new RangeError(`--stock is a share of what could be wanted, 0 to ${SHARE_MOST}, not ${stock}`);
  const shop = ownShop.safeParse({ ...(JSON.parse(text) as object), name });
  if (!shop.success) throw new RangeError(`${name} needs a gateway and a product to be simulated`);
  return dayIn(shop.data, day, { stock: share, down: listOf(down) ?? [] });
}
