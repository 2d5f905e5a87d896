import { ProjectionDesk } from '../../src/application/projections/projection-desk';
import { projections } from '../../src/projections';
import { ApiShop, key } from './support/api-shop';

const PARKED = '{ parkedEvents(first: 10) { projection stream revision error } }';
const repair = (name: string, more = ''): string =>
  `mutation($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { projection { state generation parked } replayed ${more} userErrors { code } } }`;

interface Repaired {
  readonly projection: { readonly state: string; readonly generation: number; readonly parked: number } | null;
  readonly replayed: boolean;
  readonly streams?: readonly { readonly stream: string; readonly released: boolean }[];
  readonly userErrors: readonly { readonly code: string }[];
}

describe('repairs of read models', () => {
  let shop: ApiShop;
  beforeAll(async () => (shop = await ApiShop.start()));
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  const ask = async (name: string, input: object, more = ''): Promise<Repaired> => {
    const { data, errors } = await shop.ask<Record<string, Repaired>>(
      repair(name, more),
      { input: { idempotencyKey: key(), reason: 'test', ...input } },
      shop.as('OPS'),
    );
    const repaired = data?.[name];
    if (repaired === undefined) throw new Error(JSON.stringify(errors));
    return repaired;
  };

  /** Sets a stream aside as a poisoned event would, at the event that it ends with. */
  async function park(model: string, orderId: string): Promise<{ readonly stream: string; readonly revision: number }> {
    const stream = `order-${orderId}`;
    const { readModels, store } = shop.parts;
    const last = (await store.read(stream)).at(-1);
    const head = await store.head();
    if (last === undefined || head === null) throw new Error('there is no such stream');
    await shop.until(async () => (await readModels.checkpoint(model)) === head, 'all is projected');
    const active = (await readModels.generations(model)).find(({ state }) => state === 'active');
    if (active === undefined) throw new Error('no build serves');
    const { revision, position } = last;
    await readModels.write(active, {
      rows: [],
      checkpoint: head,
      park: [{ stream, revision, position, error: 'poisoned', parkedAt: last.recordedAt }],
    });
    return { stream, revision };
  }

  async function restingOrder(): Promise<string> {
    await shop.stock('game', 1);
    const { id } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    return id;
  }

  const kept = async (): Promise<readonly object[]> => (await shop.ask<{ parkedEvents: object[] }>(PARKED, {}, shop.as('OPS'))).data.parkedEvents;

  it('what waits is shown with its reason, and goes on when it is read again', async () => {
    const { stream, revision } = await park('orders', await restingOrder());
    expect(await kept()).toEqual([{ projection: 'orders', stream, revision, error: 'poisoned' }]);
    const repaired = await ask('retryParked', { projection: 'orders' }, 'streams { stream released }');
    expect(repaired).toMatchObject({ streams: [{ stream, released: true }], replayed: false, userErrors: [] });
    expect(await kept()).toEqual([]);
  });

  it('only the very event that was looked at is skipped, once, and the order to do so is kept with its reason', async () => {
    const { stream, revision } = await park('orders', await restingOrder());
    expect((await ask('skipParked', { projection: 'orders', stream, revision: revision + 1 })).userErrors).toEqual([{ code: 'NOT_PARKED' }]);
    const input = { projection: 'orders', stream, revision, idempotencyKey: key() };
    expect(await ask('skipParked', input, 'streams { stream released }')).toMatchObject({ streams: [{ stream, released: true }], replayed: false });
    expect(await ask('skipParked', input)).toMatchObject({ replayed: true, userErrors: [] });
    expect(await kept()).toEqual([]);
    const jobs: object[] = [];
    const stop = new AbortController();
    for await (const { events, caughtUp } of shop.parts.store.subscribe({ after: null, streamPrefixes: ['job-'], signal: stop.signal })) {
      jobs.push(
        ...events
          .filter(({ data }) => (data as { action: string }).action === 'SKIP')
          .map(({ data, metadata }) => ({ ...data, reason: metadata.reason })),
      );
      if (caughtUp) stop.abort();
    }
    expect(jobs).toContainEqual(expect.objectContaining({ readModel: 'orders', action: 'SKIP', stream, revision, reason: 'test' }));
  });

  it('a rebuild works beside the rows that serve and is begun once per key', async () => {
    const before = await ask('retryParked', { projection: 'cards' });
    const input = { projection: 'cards', idempotencyKey: key() };
    expect((await ask('rebuildProjection', input)).userErrors).toEqual([]);
    const generation = async (): Promise<number> => (await ask('retryParked', { projection: 'cards' })).projection?.generation ?? 0;
    await shop.until(async () => (await generation()) > (before.projection?.generation ?? 0), 'the new rows serve');
    const after = await generation();
    expect(await ask('rebuildProjection', input)).toMatchObject({ replayed: true });
    expect(await generation()).toBe(after);
  });

  it('a rebuild that another process began is taken up by the projector of this one', async () => {
    const { store, codec, readModels, runtime } = shop.parts;
    const elsewhere = new ProjectionDesk({ store, codec, readModels, runtime, projections, alert: () => undefined });
    const before = (await elsewhere.serving('batches'))?.number;
    await elsewhere.rebuild('batches');
    await shop.until(async () => (await elsewhere.serving('batches'))?.number !== before && !(await elsewhere.isRebuilding('batches')), 'it serves');
  });

  it('every order to mend is listed with who gave it, why, and how far it is', async () => {
    const list = '{ jobs(first: 100) { nodes { action projection stream revision orderedBy reason state } } }';
    const jobs = async () =>
      (await shop.ask<{ jobs: { nodes: { action: string; projection: string; state: string }[] } }>(list, {}, shop.as('OPS'))).data.jobs.nodes;
    expect((await ask('rebuildProjection', { projection: 'notices' })).userErrors).toEqual([]);
    const rebuild = async () => (await jobs()).find(({ action, projection }) => action === 'REBUILD' && projection === 'notices');
    await shop.until(async () => (await rebuild())?.state === 'DONE', 'the rebuild is done');
    expect(await rebuild()).toMatchObject({ stream: null, revision: null, reason: 'test', orderedBy: expect.stringMatching(/^\S+ \S+/) as unknown });
    const { stream, revision } = await park('orders', await restingOrder());
    await ask('retryParked', { projection: 'orders', streams: ['order-nobody'] });
    await shop.until(
      async () => (await jobs()).some(({ action, state }) => action === 'RETRY' && state === 'WAITING'),
      'a retry that mended nothing waits',
    );
    await ask('skipParked', { projection: 'orders', stream, revision });
    await shop.until(async () => (await jobs()).every(({ state }) => state === 'DONE'), 'nothing waits');
    expect((await shop.ask(list, {}, shop.as('SUPPORT'))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('an unknown read model is said to be none, and support may not mend anything', async () => {
    expect((await ask('rebuildProjection', { projection: 'nothing' })).userErrors).toEqual([{ code: 'PROJECTION_NOT_FOUND' }]);
    const refused = await shop.ask(PARKED, {}, shop.as('SUPPORT'));
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
