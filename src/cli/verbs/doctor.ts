import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../config';
import { BadNews } from '../exit';
import { answer, table } from '../output';
import { configOf, withLog, withSettings } from '../session';
import type { Check } from './doctor-check';
import { dailyChecks } from './doctor-daily';
import { signInChecks } from './doctor-sign-in';

const NODE_MIN = [20, 15] as const;
const SQLITE_MIN = [3, 51, 3] as const;
const FREE_BYTES_MIN = 1_073_741_824;
/** As many of the newest events as one read takes. */
const EVENTS_LOOKED_AT = 512;
const OWN_LIMITS = '/proc/self/limits';
/** Deadlines stop being acted on when the clocks are further apart than this. */
const CLOCK_APART_MS_MAX = 60_000;

/** Looks at everything a shop needs from its machine. Changes nothing. */
export async function doctor({ json }: { readonly json?: true }): Promise<void> {
  const config = configOf();
  const checks = [
    nodeCheck(),
    await sqliteCheck(),
    ...coreDumpChecks(config),
    folderCheck(config),
    diskCheck(config),
    await keyringCheck(config),
    await storeCheck(config),
    ...(await readModelsCheck(config)),
    ...(await dailyChecks(config)),
    ...(await signInChecks(config)),
    await portCheck(config),
    ...(await accountChecks(config)),
    ...warningChecks(config),
  ];
  await answer(json, { healthy: checks.every(({ state }) => state !== 'bad'), checks }, () =>
    table(
      ['', 'CHECK', 'FOUND'],
      checks.map(({ check, state, detail }) => [state, check, detail]),
    ),
  );
  if (checks.some(({ state }) => state === 'bad')) throw new BadNews('something is wrong');
}

const check = (name: string, ok: boolean, detail: string): Check => ({ check: name, state: ok ? 'ok' : 'bad', detail });

function isAtLeast(found: string, least: readonly number[]): boolean {
  const parts = found.replace(/^v/, '').split('.').map(Number);
  const differing = least.findIndex((part, at) => part !== (parts[at] ?? 0));
  return differing === -1 || (parts[differing] ?? 0) > (least[differing] ?? 0);
}

const nodeCheck = (): Check => check('node', isAtLeast(process.version, NODE_MIN), `${process.version}, at least ${NODE_MIN.join('.')} is needed`);

/** What a process that dies leaves on the disk is what it had opened: codes, keys, contacts. Only Linux says it in a file. */
function coreDumpChecks({ production }: Config): readonly Check[] {
  if (!existsSync(OWN_LIMITS)) return [];
  const soft = /^Max core file size\s+(\S+)/m.exec(readFileSync(OWN_LIMITS, 'utf8'))?.[1] ?? 'unknown';
  if (soft === '0') return [check('core dumps', true, 'off')];
  return production ? [{ check: 'core dumps', state: 'note', detail: 'on: they hold what a process has opened; ulimit -c 0, or LimitCORE=0' }] : [];
}

async function sqliteCheck(): Promise<Check> {
  const { sqliteVersion } = await import('../../workbench');
  const found = sqliteVersion();
  return check('sqlite', isAtLeast(found, SQLITE_MIN), `${found}, at least ${SQLITE_MIN.join('.')} is needed`);
}

/** The folder itself, or the one in which it would be made. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function folderCheck({ values }: Config): Check {
  const folder = resolve(values.CARDRAIL_DATA_DIR);
  const there = nearestFolder(folder);
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    return check(
      'data folder',
      statSync(there).isDirectory(),
      there === folder ? `${folder} is writable` : `${folder} is not there yet and can be made`,
    );
  } catch {
    return check('data folder', false, `${there} is not writable`);
  }
}

function diskCheck({ values }: Config): Check {
  const { bavail, bsize } = statfsSync(nearestFolder(resolve(values.CARDRAIL_DATA_DIR)));
  const free = bavail * bsize;
  return check('disk', free >= FREE_BYTES_MIN, `${(free / FREE_BYTES_MIN).toFixed(1)} GiB free, at least 1 GiB is needed`);
}

async function keyringCheck(config: Config): Promise<Check> {
  const [{ filesOf }, { openKeyring }] = await Promise.all([import('../../stores'), import('../../workbench')]);
  const file = filesOf(config).keyring;
  try {
    openKeyring(file, { allowDevelopment: !config.production });
    const foreign = await foreignKid(config, file);
    if (foreign !== undefined)
      return check(
        'keyring',
        false,
        `${file} is not the one of this shop: it has no key of the newest events, such as ${foreign}; put the copy of the right one there`,
      );
    return check('keyring', true, `${file} is sound and its owner's alone`);
  } catch (error) {
    return check('keyring', false, error instanceof Error ? error.message : `${file} cannot be used`);
  }
}

/**
 * A key that something lately stored is sealed with, when the keyring has none of those: one may be missing that was destroyed when nothing depended on
 * it any more. What keeps the log from being read is told by its own check.
 */
async function foreignKid(config: Config, file: string): Promise<string | undefined> {
  const [{ filesOf }, { kidsIn }, { kidsOf }] = await Promise.all([
    import('../../stores'),
    import('../../application/keys/key-uses'),
    import('../../workbench'),
  ]);
  if (config.values.CARDRAIL_STORE === 'embedded' && !existsSync(filesOf(config).events)) return undefined;
  try {
    const there = kidsOf(file);
    const kids = (await withLog(config, (log) => log.newest(EVENTS_LOOKED_AT))).flatMap(({ data }) => kidsIn(data));
    return kids.some((kid) => there.includes(kid)) ? undefined : kids.at(-1);
  } catch {
    return undefined;
  }
}

/** Whether the log can be read, and whether this machine's clock agrees with the one that wrote it. */
async function storeCheck(config: Config): Promise<Check> {
  const { eventCountAt, filesOf } = await import('../../stores');
  const { CARDRAIL_STORE: name } = config.values;
  const file = filesOf(config).events;
  if (name === 'embedded' && !existsSync(file)) return { check: 'event log', state: 'note', detail: `${file} is not there yet` };
  try {
    return await withLog(config, async (log) => {
      const events = eventCountAt(name, await log.head());
      const [last] = await log.newest(1);
      const aheadMs = last === undefined ? 0 : Date.parse(last.recordedAt) - Date.now();
      if (aheadMs > CLOCK_APART_MS_MAX) return check('clock', false, `the newest event is ${Math.round(aheadMs / 1_000)} s in the future`);
      const size = events === null ? 'EventStoreDB answers' : `${events} events`;
      return check('event log', true, `${size}${last === undefined ? '' : `, the newest of ${last.recordedAt}`}; the clock agrees`);
    });
  } catch (error) {
    return check('event log', false, error instanceof Error ? error.message : 'it cannot be read');
  }
}

/** Whether the store of the read models answers. The embedded one is a file that is made anew when it is lost. */
async function readModelsCheck(config: Config): Promise<readonly Check[]> {
  const { CARDRAIL_STORE: store, CARDRAIL_READ_MODELS: name } = config.values;
  if (name === 'embedded')
    return store === 'embedded'
      ? []
      : [
          {
            check: 'read models',
            state: 'note',
            detail: 'embedded: on one machine only; on several, processes share leases and the outbox in MongoDB',
          },
        ];
  const { openReadModels } = await import('../../stores');
  try {
    const readModels = await openReadModels(config, () => undefined);
    try {
      const generations = await readModels.generations('orders');
      return [check('read models', true, `MongoDB answers; ${generations.length === 0 ? 'nothing is built yet' : 'read models are there'}`)];
    } finally {
      await readModels.close();
    }
  } catch (error) {
    return [check('read models', false, error instanceof Error ? error.message : 'MongoDB does not answer')];
  }
}

/** Whether every gateway and channel that is in use can be used from here, and every channel can be reached. A paused one is nobody's concern. */
async function accountChecks(config: Config): Promise<readonly Check[]> {
  const { filesOf } = await import('../../stores');
  const { events, keyring } = filesOf(config);
  if ((config.values.CARDRAIL_STORE === 'embedded' && !existsSync(events)) || !existsSync(keyring)) return [];
  try {
    const [{ seeChannels }, { seeGateways }] = await Promise.all([import('./channels'), import('./gateways')]);
    return await withSettings(config, async (parts) => {
      const gateways = (await seeGateways(parts)).filter(({ active }) => active);
      const channels = (await seeChannels(parts)).filter(({ status }) => status !== 'PAUSED');
      return [
        ...gateways.map(({ id, problems }) =>
          check(`gateway ${id}`, problems.length === 0, problems.join('; ') || 'its secrets are here; it is not asked'),
        ),
        ...channels.map(({ id, problems, words }) => check(`channel ${id}`, problems.length === 0, words)),
      ];
    });
  } catch {
    // What keeps the shop from being opened is told by the checks above.
    return [];
  }
}

async function portCheck({ values }: Config): Promise<Check> {
  const { CARDRAIL_HOST: host, CARDRAIL_PORT: port } = values;
  const code = await listenProblem(host, port);
  if (code === 'EADDRINUSE') return { check: 'port', state: 'note', detail: `${host}:${port} is taken: by a running shop, or by something else` };
  return check('port', code === null, code === null ? `${host}:${port} is free` : `${host}:${port} cannot be listened on: ${code}`);
}

/** Null when it can be listened on. */
export function listenProblem(host: string, port: number): Promise<string | null> {
  return new Promise((answered) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => answered(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => answered(null)));
  });
}

const warningChecks = ({ warnings }: Config): readonly Check[] => warnings.map((detail) => ({ check: 'environment', state: 'note', detail }));
