import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { fromChannel, LiveShop } from '../support/live-shop';
import { RecordedRobot } from '../support/recorded-robot';
import { Shopper } from '../support/shopper';
import { WebhookSink } from '../support/webhook-sink';
import { verify } from './support/busy-shop';

const ORDERS = 40;

interface Incident {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly acknowledged: boolean;
  readonly timeline: readonly { readonly type: string }[];
  readonly summary: {
    readonly orders: number;
    readonly amounts: readonly { readonly amountMinor: string }[];
    readonly causes: readonly { readonly what: string; readonly count: number }[];
    readonly diverted: number;
    readonly delivered: number;
    readonly leftWaiting: number;
  } | null;
  readonly report: readonly string[];
}

/** A real SMTP server that keeps the subject of every mail. */
async function mailServer() {
  const subjects: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        subjects.push(/^Subject: (.*)$/m.exec(Buffer.concat(chunks).toString('utf8'))?.[1]?.trim() ?? '');
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  return { subjects, url: `smtp://127.0.0.1:${port}`, close: () => new Promise<void>((resolve) => server.close(resolve)) };
}

/** Over real HTTP: a channel hangs, the process is killed in the middle of it, the channel comes back. */
describe('an incident', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let wecom: RecordedRobot;
  let dingtalk: RecordedRobot;
  let webhook: WebhookSink;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  /** Rooms of the file of notifiers: one hears of channels when it begins, in Chinese; one of stock only. */
  let onCall: RecordedRobot;
  let buying: RecordedRobot;
  let folder: string;

  beforeAll(async () => {
    [wecom, dingtalk, webhook, mail] = await Promise.all([RecordedRobot.start(), RecordedRobot.start(), WebhookSink.start(), mailServer()]);
    [onCall, buying] = await Promise.all([RecordedRobot.start(), RecordedRobot.start()]);
    folder = await mkdtemp(join(tmpdir(), 'cardrail-notifiers-'));
    const rooms = `notifiers:
  - { id: on-call, adapter: dingtalk, url: { env: ON_CALL_URL }, locale: zh-CN, kinds: [CHANNEL_ILL], subjects: [sick], news: [INCIDENT_OPENED] }
  - { id: buying, adapter: wecom, url: { env: BUYING_URL }, kinds: [STOCK_GONE, STOCK_LOW] }`;
    await writeFile(join(folder, 'notifiers.yaml'), rooms);
    shop = await LiveShop.start({
      channels: { sick: ['replay', 'lookup', 'cancel'], backup: ['replay', 'lookup', 'cancel'] },
      skus: { either: { sources: [fromChannel('sick'), fromChannel('backup')], onDoubt: 'REROUTE', maxPerOrder: 10 } },
      environment: {
        CARDRAIL_HEALTH_WINDOW_MS: '1500',
        CARDRAIL_HEALTH_ATTEMPTS_MIN: '8',
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        // It stays away from the channel for long enough that nothing recovers before the kill.
        CARDRAIL_HEALTH_ISOLATE_FOR_MS: '8000',
        CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: '8000',
        CARDRAIL_HEALTH_RAMP_STEP_MS: '300',
        CARDRAIL_HEALTH_QUIET_MS: '2000',
        CARDRAIL_INCIDENT_LOOK_MS: '100',
        CARDRAIL_INCIDENT_OPEN_AFTER_MS: '300',
        CARDRAIL_INCIDENT_CLOSE_AFTER_MS: '2000',
        CARDRAIL_INCIDENT_ENRICH_AFTER_MS: '300',
        CARDRAIL_INCIDENT_WAITING_ORDERS: '1000',
        CARDRAIL_INCIDENT_CALLS_IN_DOUBT: '1000',
        CARDRAIL_INCIDENT_LOCALE: 'en',
        CARDRAIL_NOTIFIERS: join(folder, 'notifiers.yaml'),
        ON_CALL_URL: onCall.url,
        BUYING_URL: buying.url,
        CARDRAIL_INCIDENT_WECOM_URL: wecom.url,
        CARDRAIL_INCIDENT_DINGTALK_URL: dingtalk.url,
        CARDRAIL_INCIDENT_DINGTALK_SECRET: 'SEC-of-a-robot-in-a-test',
        CARDRAIL_INCIDENT_WEBHOOK_URL: webhook.url,
        CARDRAIL_INCIDENT_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
        CARDRAIL_INCIDENT_MAIL_TO: 'ops@example.com',
        CARDRAIL_SMTP_URL: mail.url,
        CARDRAIL_SMTP_FROM: 'shop@example.com',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(async () => {
    await shop.close();
    await Promise.all([wecom, dingtalk, webhook, mail, onCall, buying].map((one) => one.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const incidents = async (): Promise<readonly Incident[]> =>
    (await shop.support<{ incidents: { nodes: readonly Incident[] } }>('{ incidents(first: 20) { nodes { id kind subject state acknowledged } } }'))
      .data.incidents.nodes;
  const incident = async (id: string): Promise<Incident> =>
    (
      await shop.support<{ incident: Incident }>(
        `query ($id: ID!) { incident(id: $id) { id kind subject state acknowledged report timeline { type }
           summary { orders amounts { amountMinor } causes { what count } diverted delivered leftWaiting } } }`,
        { id },
      )
    ).data.incident;
  async function until<T>(look: () => Promise<T> | T, isSo: (seen: T) => boolean, what: string): Promise<T> {
    let last: T | undefined;
    for (let tries = 0; tries < 1_200; tries++) {
      last = await look();
      if (isSo(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never ${what}: ${JSON.stringify(last)}\n${shop.log}`);
  }
  /** How often each of the four was told of something, told apart by a word of its title. */
  const told = (word: string): Readonly<Record<string, number>> => ({
    wecom: wecom.calls.filter(({ body }) => body.markdown?.content?.startsWith(`**[${word}] Channel in trouble: sick`)).length,
    dingtalk: dingtalk.calls.filter(({ body }) => body.markdown?.title?.startsWith(`[${word}] Channel in trouble: sick`)).length,
    webhook: webhook.titles().filter((title) => title.startsWith(`[${word}] Channel in trouble: sick`)).length,
    mail: mail.subjects.filter((subject) => subject.startsWith(`[${word}] Channel in trouble: sick`)).length,
  });
  let id = '';

  test('is opened when a channel hangs, and all four places are told once', async () => {
    await shop.channel('sick').faults([{ method: 'POST', path: '/purchases', fault: 'hang' }], 5);
    const orders = await Promise.all(Array.from({ length: ORDERS }, async () => (await shopper.order({ skuId: 'either' })).id));
    const ofSick = ({ subject }: Incident): boolean => subject === 'sick';
    const open = (await until(incidents, (all) => all.some(ofSick), 'opened')).find(ofSick);
    expect(open).toMatchObject({ kind: 'CHANNEL_ILL', state: 'OPEN' });
    id = open?.id ?? '';
    await until(
      () => told('Incident'),
      (counts) => Object.values(counts).every((count) => count > 0),
      'told to all four',
    );
    for (const order of orders) await shopper.untilStatus(order, 'COMPLETED');
  });

  test('is enriched with the orders it is about, and acknowledged by a person with a reason', async () => {
    await until(
      () => incident(id),
      ({ timeline }) => timeline.some(({ type }) => type === 'IncidentEnriched'),
      'enriched',
    );
    const { data } = await shop.support<{ acknowledgeIncident: { incident: Incident } }>(
      'mutation ($input: AcknowledgeIncidentInput!) { acknowledgeIncident(input: $input) { incident { acknowledged } userErrors { code } } }',
      { input: { idempotencyKey: 'ack', reason: 'The supplier knows.', incidentId: id } },
    );
    expect(data.acknowledgeIncident.incident.acknowledged).toBe(true);
  });

  test('outlives a kill -9, is closed when the channel is well again, and its summary comes once to each', async () => {
    expect((await incident(id)).state).toBe('OPEN');
    // What was sent is written down within a second: a kill in that second sends again, which "at least once" allows.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await shop.kill();
    await shop.channel('sick').faults([]);
    await shop.serve();
    const more = setInterval(() => void shopper.order({ skuId: 'either' }).catch(() => undefined), 150);
    try {
      await until(
        () => incident(id),
        ({ state }) => state === 'CLOSED',
        'closed',
      );
    } finally {
      clearInterval(more);
    }
    await until(
      () => told('Over'),
      (counts) => Object.values(counts).every((count) => count > 0),
      'told to all four',
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // On a starved machine the channel may look ill once more: each fact is told once to each, however many there are.
    const { timeline } = await incident(id);
    const once = (type: string) => {
      const count = timeline.filter((step) => step.type === type).length;
      return { wecom: count, dingtalk: count, webhook: count, mail: count };
    };
    expect(told('Incident')).toEqual(once('IncidentOpened'));
    expect(told('Over')).toEqual(once('IncidentClosed'));
    expect(told('Back again')).toEqual(once('IncidentReopened'));
    expect((await incidents()).filter(({ subject }) => subject === 'sick')).toHaveLength(1);
  });

  test('says what it came to: causes, orders, money, what was done', async () => {
    const { summary, report } = await incident(id);
    expect(summary?.orders).toBeGreaterThanOrEqual(8);
    expect(summary?.causes.map(({ what }) => what)).toContain('PurchaseTimedOut');
    expect(summary?.diverted).toBeGreaterThan(0);
    expect(Number(summary?.amounts[0]?.amountMinor)).toBe((summary?.orders ?? 0) * 4_800);
    expect(report.join('\n')).toContain('PurchaseTimedOut');
    expect(wecom.calls.map(({ text }) => text).join()).toMatch(/Causes: .*PurchaseTimedOut/);
  });

  test('comes to each room of the file as far as it asked, in its language', async () => {
    const opened = (await incident(id)).timeline.filter(({ type }) => type === 'IncidentOpened').length;
    expect(onCall.calls.map(({ body }) => body.markdown?.title)).toEqual(Array(opened).fill('[新事件] 发卡渠道异常: sick'));
    expect(buying.calls).toEqual([]);
  });

  test('is read at the command line, and counted in the metrics', async () => {
    const environment = { CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.supportKey };
    const { stdout } = await shop.cli(['incidents', 'list', '--locale', 'en'], environment);
    expect(stdout).toContain('Channel in trouble: sick');
    expect((await shop.cli(['incidents', 'show', id, '--locale', 'en'], environment)).stdout).toContain('The supplier knows.');
    expect((await shop.cli(['incidents', 'show', 'no-such'], environment)).code).toBe(3);
    const text = await (await fetch(`${shop.url}/metrics`)).text();
    expect(text).toMatch(/cardrail_incidents_open\{kind="channel_ill",process="main"\} 0/);
    expect(text).toMatch(/cardrail_incident_events_total\{kind="channel_ill",event="IncidentClosed",process="main"\} 1/);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
