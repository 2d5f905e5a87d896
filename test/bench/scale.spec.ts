import type { ScaleResult } from '../../src/bench/scale';
import { bench } from '../support/bench';
import { startFakeEventStoreDb } from '../support/fake-eventstoredb';
import { FakeMongodb } from '../support/fake-mongodb/fake-mongodb';

/** More than a count says of an order by itself (test/application/appends-per-order.spec.ts): a start, and notices that overtake answers, are in it. */
const APPENDS_MAX = 9;

it('the shop of a scale bench loses and doubles nothing, embedded and on the cluster pair in one run, and is compared', async () => {
  const events = await startFakeEventStoreDb();
  const mongo = await FakeMongodb.start({ replicaSet: 'rs0' });
  try {
    const { code, said, result } = await bench<ScaleResult>(
      ['--profile', 'scale', '--engines', '1', '--seconds', '3', '--warm-up', '1', '--rate', '15'],
      {
        CARDRAIL_EVENTSTORE_URL: events.connectionString,
        CARDRAIL_MONGODB_URL: mongo.url,
      },
    );
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    expect(result).toMatchObject({ profile: 'scale', lost: 0, duplicates: 0 });
    expect(result?.steps.map(({ store, processes }) => `${store} ${processes}`)).toEqual(['embedded 1', 'cluster 1']);
    for (const { toEmbedded, appendsPerDelivered } of result?.steps ?? []) {
      expect(toEmbedded).not.toBeNull();
      expect(appendsPerDelivered).toBeGreaterThan(2);
      expect(appendsPerDelivered).toBeLessThan(APPENDS_MAX);
    }
    console.info(JSON.stringify(result?.steps));
  } finally {
    await mongo.stop();
    events.crash();
  }
}, 400_000);
