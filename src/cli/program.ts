import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version';
import { addBulk } from './bulk-verbs';
import { addApiKeys } from './api-key-verbs';
import { addAudit } from './audit-verbs';
import { addCards } from './card-verbs';
import { addIncidents } from './incident-verbs';
import { addBuyerKeyBackups, addBuyers } from './buyer-verbs';
import { addKeys } from './key-verbs';
import { addDesk, byState } from './desk-verbs';
import { addOutbox } from './outbox-verbs';
import { addSwitches } from './switch-verbs';
import { addFinance } from './finance-verbs';

/** Whole numbers in a range, said so when they are not. */
const whole =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`It has to be a whole number from ${min} to ${max}.`);
    return value;
  };

const localeOption = (): Option => new Option('--locale <locale>', 'language of the words').choices(['zh-CN', 'en']);

/**
 * Every verb, its flags and what it loads. A verb's module is loaded only when the verb runs, so that help and mistakes are
 * answered at once.
 */
const STORES = ['embedded', 'eventstoredb'] as const;

export function buildProgram(): Command {
  const program = new Command('cardrail')
    .description('An order engine for shops that sell digital codes.')
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const noun: Noun = (name, about) => program.command(name).description(about);
  addRunning(program);
  addSimulation(program);
  addShop(program, noun);
  addStore(program, noun);
  addMovingIn(program);
  program.command('reference', { hidden: true }).action(async () => (await import('./verbs/reference')).reference(program));
  return program;
}

type Noun = (name: string, about: string) => Command;

/** With `--json`, like every verb. */
const verb = (parent: Command, name: string, about: string): Command =>
  parent.command(name).description(about).option('--json', 'print the result as JSON');

function addMovingIn(program: Command): void {
  verb(
    program,
    'convert',
    "read products and unsold codes out of another shop's SQL dump, for `apply` and `cards import`; a running shop is not touched",
  )
    .addArgument(new Argument('<kind>', 'where the dump comes from').choices(['dujiaoka', 'dujiao-next']))
    .argument('<dump>', 'the dump, written with INSERT: by mysqldump, phpMyAdmin, sqlite3 .dump or pg_dump --inserts')
    .option('--to <folder>', 'a folder that is not there yet: shop.yaml, and cards/SKU.csv with codes in plain text; without it this is a preview')
    .option('--currency <code>', 'of the prices, which the dump does not say', 'CNY')
    .option('--all', 'products that were off the shelf come along too')
    .action(async (kind: string, dump: string, options: object) => (await import('./verbs/convert')).convert(kind, dump, options as never));
}

function addRunning(program: Command): void {
  program
    .command('serve')
    .description('run the shop in the foreground; prints {pid, workerPids, url} when it is up')
    .option('--roles <roles>', 'what this process does: api, engine, projector, outbox')
    .option('--workers <n>', 'processes that answer the API; 0: this one does', whole(0, 64), 0)
    .action(async (options: { roles?: string; workers: number }) => (await import('./verbs/serve-shop')).serveShop(options));
  program
    .command('sandbox')
    .description(
      'run a payment gateway and channels that misbehave on request; secrets come from GATEWAY_MAIN_KEY and GATEWAY_MAIN_WEBHOOK, and for each channel that is to run from CHANNEL_A_KEY and CHANNEL_A_WEBHOOK, and so on to C',
    )
    .option('--port <n>', 'port to listen on; 0: any free one', whole(0, 65_535), 4_101)
    .option('--channel-ports <n,n,n>', 'ports of the three channels; 4201,4202,4203 without it')
    .option('--data <file>', 'where its ledger is kept; in memory without it')
    .option('--delay-scale <n>', 'every delay is multiplied by it', '1')
    .action(async (options: { port: number; channelPorts?: string; data?: string; delayScale: string }) =>
      (await import('./verbs/programs')).runSandbox(options),
    );
  program
    .command('start')
    .description('try it out: a development shop with its own keys, a sandbox gateway, cards and a few orders; stays up until Ctrl-C')
    .option('--orders <n>', 'orders to place at the start', whole(0, 500), 12)
    .action(async (options: { orders: number }) => (await import('./trial/start')).start(options));
  verb(program, 'demo', 'a shop of its own in a temporary folder, many buyers, and a count of what went wrong; exit 0 only if nothing did')
    .option('--orders <n>', 'orders to place', whole(1, 1_000_000), 200)
    .addOption(new Option('--profile <name>', 'how the gateway behaves').choices(['calm', 'faults']).default('calm'))
    .option('--seed <n>', 'seed of the faults', whole(0, 2_147_483_647), 1)
    .action(async (options: { orders: number; profile: 'calm' | 'faults'; seed: number; json?: true }) =>
      (await import('./trial/demo')).demo(options),
    );
  verb(program, 'bench', 'measure this machine: orders beside a bare endpoint that stores as many bytes, in a shop of its own that is removed again')
    .addOption(
      new Option(
        '--profile <name>',
        'accept: taking orders; steady: a sale; scale: a sale that is too much, with more and more processes; the others: nights that went wrong, and what must be kept in them',
      )
        .choices(BENCH_PROFILES)
        .makeOptionMandatory(),
    )
    .option('--orders <n>', 'orders of a night that went wrong; as many as in the story unless told', whole(1, 10_000))
    .option('--compress <n>', 'divides all times of such a night', whole(1, 10_000))
    .option('--seconds <n>', 'how long it is measured: 10 a round with accept, 60 with steady, 20 a step with scale unless told', whole(1, 86_400))
    .option(
      '--warm-up <seconds>',
      'load before anything is measured; as long as the measuring unless told, a quarter of it with scale',
      whole(0, 86_400),
    )
    .option('--rate <n>', 'orders offered per second; a share of the bare endpoint unless told', whole(1, 1_000_000))
    .option('--workers <n>', 'processes that answer the API, apart from the engine; 0: one process does everything', whole(0, 64))
    .option('--engines <n>', 'processes with an engine; with scale those of the last step, 4 unless told', whole(1, 64))
    .addOption(
      new Option('--store <name>', 'where events and read models are kept: embedded unless told; with scale both, where a cluster is known').choices([
        'embedded',
        'cluster',
      ]),
    )
    .action(async (options: Options) => (await import('./verbs/programs')).runBench(flagsOf(BENCH_FLAGS, options)));
}

type Options = Readonly<Record<string, string | number | boolean>>;

const BENCH_PROFILES = ['accept', 'steady', 'scale', 'burst', 'double-11', 'night-shift', 'lost-thirty', 'canary'];
const BENCH_FLAGS = ['--profile', '--orders', '--compress', '--seconds', '--warm-up', '--rate', '--workers', '--engines', '--store'];
const SIMULATION_FLAGS = ['--profile', '--seeds', '--seed', '--orders', '--stock', '--down', '--only-buyers', '--only-faults'];

/** Flags as they were given, for the program that does the work. */
function flagsOf(names: readonly string[], options: Options): readonly string[] {
  const given = names.flatMap((name) => {
    const value = options[name.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    return value === undefined ? [] : [name, String(value)];
  });
  return [...given, ...(['json', 'story'] as const).flatMap((name) => (options[name] === true ? [`--${name}`] : []))];
}

function addSimulation(program: Command): void {
  verb(program, 'simulate', 'play a busy day on virtual time, with everything that goes wrong, and say what it would have cost; changes nothing')
    .option(
      '--profile <name>',
      'calm-day, double-11, may-day, gateway-outage-1h, dead-upstream, restock, lost-leaders, open-pages, upstreams, policy-trials, coming-peak, quiet-night, bulk-repairs, worst-moment, money-back, goods-in-parts or chaos',
      'chaos',
    )
    .option('--seeds <n>', 'days to play, each from a seed of its own (default 10)', whole(1, 1_000_000))
    .option('--seed <n>', 'the first seed', whole(0, 2_147_483_647), 1)
    .option('--orders <n>', 'buyers of each day', whole(1, 100_000), 100)
    .option('--shop <file>', 'play it in the shop that this file describes, as for apply: its gateways, channels, products and policies')
    .option('--stock <share>', 'with --shop: cards on the shelf at the beginning, as a share of all that could be wanted (default 1)')
    .option('--down <ids>', 'with --shop: gateways and channels that are away the whole day')
    .option('--only-buyers <numbers>', 'leave out all other buyers, to look at a failure')
    .option('--only-faults <ids>', 'leave out all other faults, to look at a failure')
    .option('--story', 'tell everything that happens, on stderr')
    .action(async (options: Options) =>
      (await import('./verbs/programs')).runSimulation(flagsOf(SIMULATION_FLAGS, options), options['shop'] as string | undefined),
    );
}

function addShop(program: Command, noun: Noun): void {
  verb(program, 'apply <file>', 'make the shop as the file describes it; says what is no longer in the file, and deletes nothing')
    .option('--dry-run', 'only say what would change')
    .option('--yes', 'accepted for scripts; nothing here needs it')
    .option('--reason <text>', 'why, for the log')
    .action(async (file: string, options: { dryRun?: true; reason?: string; json?: true }) => (await import('./verbs/apply')).apply(file, options));

  const orders = noun('orders', 'look at orders, and put them right');
  byState(verb(orders, 'list', 'orders, newest first'))
    .option('--sku <id...>', 'only of these products')
    .option('--in-review', 'only what a person must decide')
    .option('--in-doubt', 'only where the outcome of a call is unknown')
    .option('--limit <n>', 'orders at most', whole(1, 1_000), 20)
    .action(async (options: object) => (await import('./verbs/orders')).listOrders(options as never));
  verb(orders, 'show <order>', 'one order and everything that happened to it; takes an id or an order number')
    .addOption(localeOption())
    .action(async (order: string, options: { locale?: string; json?: true }) => (await import('./verbs/orders')).showOrder(order, options));

  addDesk(orders, { verb, noun, whole, localeOption });
  addBulk(orders, { verb, noun, whole, localeOption });
  addIncidents({ verb, noun, whole, localeOption });
  addOutbox({ verb, noun, whole, localeOption });

  addCards({ verb, noun, whole, localeOption });

  addFinance({ verb, noun, whole, localeOption });
  addApiKeys({ verb, noun, whole, localeOption });
  addAudit({ verb, noun, whole, localeOption });

  addSwitches({ verb, noun, whole, localeOption });
  addMachine(program, noun);
}

function addMachine(program: Command, noun: Noun): void {
  addKeys({ verb, noun, whole, localeOption });
  addBuyers({ verb, noun, whole, localeOption });
  const config = noun('config', 'settings');
  verb(config, 'print', 'every setting, its value and its meaning; secrets are never shown').action(async (options: { json?: true }) =>
    (await import('./verbs/config-print')).print(options),
  );
  verb(program, 'doctor', 'look at this machine and this shop, and say what is wrong').action(async (options: { json?: true }) =>
    (await import('./verbs/doctor')).doctor(options),
  );
}

function addStore(program: Command, noun: Noun): void {
  const projections = noun('projections', 'read models');
  verb(projections, 'list', 'every read model and how far it is').action(async (options: { json?: true }) =>
    (await import('./verbs/projections')).list(options),
  );
  verb(projections, 'rebuild [name]', 'build one read model anew beside the one that serves, then switch; all of them without a name')
    .option('--yes', 'accepted for scripts: the old rows serve until the new ones are whole')
    .option('--reason <text>', 'accepted for scripts')
    .action(async (name: string | undefined, options: { json?: true }) => (await import('./verbs/projections')).rebuild(name, options));
  verb(projections, 'parked [name]', 'streams that wait because one of their events could not be taken').action(
    async (name: string | undefined, options: { json?: true }) => (await import('./verbs/parked')).parked(name, options),
  );
  verb(projections, 'retry <name>', 'read the streams again that a read model set aside; works beside a running shop')
    .option('--stream <stream...>', 'only these')
    .option('--yes', 'accepted for scripts: nothing is lost by reading again')
    .option('--reason <text>', 'why, for the log; required')
    .action(async (name: string, options: object) => (await import('./verbs/parked')).retry(name, options));
  verb(projections, 'skip <name> <stream>', 'let a read model go on without one event; the log keeps it, and a rebuild meets it again')
    .requiredOption('--revision <n>', 'the event it waits at, as `projections parked` shows it', whole(0, Number.MAX_SAFE_INTEGER))
    .option('--yes', 'do it')
    .option('--reason <text>', 'why, for the log; required')
    .action(async (name: string, stream: string, options: object) => (await import('./verbs/parked')).skip(name, stream, options as never));
  verb(projections, 'verify [name]', 'compare what is served with what the log says').action(
    async (name: string | undefined, options: { json?: true }) => (await import('./verbs/projections')).verify(name, options),
  );
  verb(program, 'verify', 'check the whole log: checksums, chains, schemas, and that no card, coin or order went wrong').action(
    async (options: { json?: true }) => (await import('./verbs/verify')).verify(options),
  );

  program
    .command('migrate')
    .description(
      'move the log to another store, and the keys of buyers with it, with the shop stopped; cut off, it goes on where it was, and it can go back',
    )
    .option('--json', 'print the result as JSON')
    .addOption(new Option('--from <store>', 'where the log is').choices(STORES).makeOptionMandatory())
    .addOption(
      new Option('--to <store>', 'where it goes; must be empty, or hold the beginning of the same log').choices(STORES).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--read-models <name>',
        'read models of the shop from then on, and with them the keys of buyers; mongodb in front of eventstoredb where there is one',
      ).choices(['embedded', 'mongodb']),
    )
    .option('--yes', 'every process of the shop is stopped')
    .option('--reason <text>', 'accepted for scripts: a move leaves no event')
    .action(async (options: object) => (await import('./verbs/migrate')).migrate(options as never));

  const backup = noun('backup', 'copies of the event log');
  verb(backup, 'create <file>', 'copy the log while the shop runs, and beside it the keys of buyers; the keyring is not in the copy')
    .option('--yes', 'replace a file that is there')
    .action(async (file: string, options: { yes?: true; json?: true }) => (await import('./verbs/backup')).create(file, options));
  verb(backup, 'restore <file>', 'make the shop start from a copy; the shop must be stopped')
    .option('--yes', 'set aside the log that is there')
    .option('--erasures <file>', 'a list of who was erased since, as `buyers erasures` prints it')
    .option('--reason <text>', 'accepted for scripts')
    .action(async (file: string, options: { yes?: true; erasures?: string; json?: true }) => (await import('./verbs/backup')).restore(file, options));
  addBuyerKeyBackups(backup, { verb });

  const events = noun('events', 'the event log');
  events
    .command('tail')
    .description('the newest events as JSON lines; sealed values stay sealed')
    .option('--json', 'accepted; the output is JSON in any case')
    .option('--limit <n>', 'events to begin with', whole(0, 4_096), 20)
    .option('--stream <prefix>', 'only of streams that begin so, such as order-')
    .option('--follow', 'go on with what is stored from now on, until Ctrl-C')
    .action(async (options: { limit: number; stream?: string; follow?: true }) => (await import('./verbs/events')).tail(options));
  events
    .command('export')
    .description('the whole log as JSON lines; sealed values stay sealed')
    .option('--json', 'accepted; the output is JSON in any case')
    .option('--stream <prefix>', 'only of streams that begin so, such as order-')
    .action(async (options: { stream?: string }) => (await import('./verbs/events')).exportAll(options));
  verb(events, 'catalog', 'every event there is: Markdown, or JSON Schema with --json').action(async (options: { json?: true }) =>
    (await import('./verbs/events')).catalog(options),
  );
}
