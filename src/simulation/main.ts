import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createCodec } from '../infrastructure/codec/codec';
import { codecCatalog } from '../infrastructure/codec/catalog';
import { PROFILE_NAMES, profileNamed } from './profiles';
import { dayIn, ownShop } from './profiles/own-shop';
import type { Profile } from './profiles/profile';
import { coverageTable, ownerReport } from './report/owner-report';
import { replayCommand, shrink } from './shrink';
import { simulate, type Simulation, type StoryOptions, tellStory, type ToldStory } from './simulate';

const USAGE = `usage: simulate [--profile ${PROFILE_NAMES.join('|')}] [--seeds N] [--seed FIRST] [--orders M] [--json] [--story]
                [--shop-name NAME --stock SHARE --down ID,ID < the shop as JSON]
                [--only-buyers 1,2|none] [--only-faults id,id|none]`;
const SHRINK_TRIES_MAX = 150;
const LIMITS = { seeds: 1_000_000, orders: 100_000, seed: 2 ** 31 - 1 } as const;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

interface Asked extends StoryOptions {
  readonly seeds: number;
  readonly isJson: boolean;
  readonly isStory: boolean;
}

function whole(word: string | undefined, otherwise: number, most: number): number {
  const number = word === undefined ? otherwise : Number(word);
  if (!Number.isInteger(number) || number < 0 || number > most) throw new RangeError(`a whole number up to ${most} is wanted, not ${word}`);
  return number;
}

const listOf = (words: string | undefined): readonly string[] | undefined =>
  words === undefined ? undefined : words === 'none' ? [] : words.split(',');

const SHARE_MOST = 100;

/** The day of the profile, in the shop that stands on standard input where one is named. */
function dayOf(day: Profile, values: { 'shop-name'?: string | undefined; stock?: string | undefined; down?: string | undefined }): Profile {
  const { 'shop-name': name, stock = '1', down } = values;
  if (name === undefined) return day;
  const share = Number(stock);
  if (!(share >= 0 && share <= SHARE_MOST)) throw new RangeError(`--stock is a share of what could be wanted, 0 to ${SHARE_MOST}, not ${stock}`);
  const shop = ownShop.safeParse({ ...(JSON.parse(readFileSync(0, 'utf8')) as object), name });
  if (!shop.success) throw new RangeError(`${name} needs a gateway and a product to be simulated`);
  return dayIn(shop.data, day, { stock: share, down: listOf(down) ?? [] });
}

/** Throws RangeError or what `parseArgs` says. */
function asked(args: readonly string[]): Asked {
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
    profile: dayOf(profileNamed(values.profile ?? 'chaos'), values),
    seeds: Math.max(1, whole(values.seeds, isReplay ? 1 : 10, LIMITS.seeds)),
    seed: whole(values.seed, 1, LIMITS.seed),
    orders: Math.max(1, whole(values.orders, 100, LIMITS.orders)),
    codec: createCodec(codecCatalog),
    ...(buyers === undefined ? {} : { onlyBuyers: new Set(buyers.map(Number)) }),
    ...(faults === undefined ? {} : { onlyFaults: new Set(faults) }),
    isJson: values.json === true,
    isStory: values.story === true,
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** What somebody needs who is to understand a broken promise: the fewest parts of the story, the order's timeline, one command. */
async function explain(options: StoryOptions, failed: ToldStory): Promise<void> {
  say(`seed ${failed.seed} broke a promise; looking for the shortest story that does`);
  const told = await tellStory({ ...options, keepStory: true });
  const shrunk = await shrink({ ...options, keepStory: true }, told, SHRINK_TRIES_MAX);
  const { violations, timeline } = shrunk.story;
  say(`after ${shrunk.tried} tries: ${shrunk.buyers.length} buyers, ${shrunk.faults.length} faults`);
  for (const { invariant, about, atMs } of violations) say(`  ${invariant} after ${(atMs / 1_000).toFixed(1)} s: ${about}`);
  for (const line of timeline) say(`  ${line}`);
  say(replayCommand(options, shrunk));
}

async function main(args: readonly string[]): Promise<number> {
  const { seeds, isJson, isStory, ...options } = asked(args);
  const startedMs = performance.now();
  let toldAtMs = startedMs;
  let failed: ToldStory | undefined;
  const numbers = Array.from({ length: seeds }, (_, i) => options.seed + i);
  const result: Simulation = await simulate({ ...options, seeds: numbers, keepStory: isStory }, (story) => {
    if (story.violations.length > 0) failed = story;
    if (isStory) say(story.lines.join('\n'));
    if (performance.now() - toldAtMs < 5_000) return;
    toldAtMs = performance.now();
    say(`${story.seed - options.seed + 1} of ${seeds} runs`);
  });
  const wallSeconds = Number(((performance.now() - startedMs) / 1_000).toFixed(2));
  const { figures, ...numbersOnly } = result;
  const json = {
    ...numbersOnly,
    wallSeconds,
    ends: figures.ends,
    refusals: figures.refusals,
    lost: figures.lost,
    saved: figures.saved,
    channels: figures.channels,
  };
  const words = `${ownerReport(result, options.profile.about)}\n\n${coverageTable(result)}\nTold in ${wallSeconds} s; log ${result.logHash}`;
  process.stdout.write(`${isJson ? JSON.stringify(json) : words}\n`);
  if (failed === undefined) return 0;
  if (options.onlyBuyers === undefined && options.onlyFaults === undefined) await explain({ ...options, seed: failed.seed }, failed);
  return 1;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const isWrongUse = error instanceof RangeError || String(error).includes('ERR_PARSE_ARGS');
    say(error instanceof Error ? error.message : String(error));
    if (isWrongUse) say(USAGE);
    process.exitCode = isWrongUse ? 2 : 1;
  },
);
