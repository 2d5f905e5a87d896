import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { asked, namesShop, USAGE, type Words } from './command-line';
import { coverageTable, ownerReport } from './report/owner-report';
import { replayCommand, shrink } from './shrink';
import { toldSideBySide } from './side-by-side';
import { simulate, type Simulation, type StoryOptions, tellStory, toldInTurn, type ToldStory } from './simulate';

const SHRINK_TRIES_MAX = 150;

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
  const words: Words = { args, shop: namesShop(args) ? readFileSync(0, 'utf8') : '' };
  const { seeds, isJson, ...options } = asked(words);
  const startedMs = performance.now();
  let toldAtMs = startedMs;
  let failed: ToldStory | undefined;
  const numbers = Array.from({ length: seeds }, (_, i) => options.seed + i);
  const isAlone = seeds === 1 || availableParallelism() === 1;
  const stories = isAlone ? toldInTurn(options, numbers) : toldSideBySide(words, numbers);
  const result: Simulation = await simulate(options.profile, stories, (story) => {
    if (story.violations.length > 0) failed = story;
    if (options.keepStory === true) say(story.lines.join('\n'));
    if (performance.now() - toldAtMs < 5_000) return;
    toldAtMs = performance.now();
    say(`${story.seed - options.seed + 1} of ${seeds} runs`);
  });
  const wallSeconds = Number(((performance.now() - startedMs) / 1_000).toFixed(2));
  const { user, system } = process.cpuUsage();
  const cpuSeconds = Number(((user + system) / 1e6).toFixed(2));
  const { figures, ...numbersOnly } = result;
  const json = {
    ...numbersOnly,
    wallSeconds,
    cpuSeconds,
    ends: figures.ends,
    refusals: figures.refusals,
    lost: figures.lost,
    saved: figures.saved,
    channels: figures.channels,
  };
  const report = `${ownerReport(result, options.profile.about)}\n\n${coverageTable(result)}\nTold in ${wallSeconds} s; log ${result.logHash}`;
  process.stdout.write(`${isJson ? JSON.stringify(json) : report}\n`);
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
