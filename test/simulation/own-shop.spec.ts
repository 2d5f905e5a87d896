import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseShopFile } from '../../src/cli/shop-file/shop-file';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { profileNamed } from '../../src/simulation/profiles';
import { type Assumptions, dayIn, ownShop } from '../../src/simulation/profiles/own-shop';
import { tellStory, type ToldStory } from '../../src/simulation/simulate';

const codec = createCodec(codecCatalog);
const file = join(__dirname, '../../examples/shop.yaml');
const shop = ownShop.parse({ ...parseShopFile(readFileSync(file, 'utf8'), 'shop.yaml'), name: 'shop.yaml' });
const day = (assumptions: Assumptions) => dayIn(shop, profileNamed('double-11'), assumptions);
const told = (assumptions: Assumptions): Promise<ToldStory> => tellStory({ seed: 3, orders: 12, profile: day(assumptions), codec });

const filled = ({ figures }: ToldStory): number => Object.values(figures.channels).reduce((sum, one) => sum + one.filled, 0);

describe('a day in the shop of examples/shop.yaml', () => {
  it('buys from its upstreams and keeps every promise, and with all of them away it keeps every promise too', async () => {
    const all = await told({ stock: 1, down: [] });
    const none = await told({ stock: 1, down: shop.channels.map(({ id }) => id) });
    expect([all.violations, none.violations]).toEqual([[], []]);
    expect(none.buyers).toEqual(all.buyers);
    // When the day is over they are back, and what still waits is bought.
    expect(filled(all)).toBeGreaterThan(filled(none));
  }, 120_000);

  it('asks for an upstream that the file knows', () => {
    expect(() => day({ stock: 1, down: ['nowhere'] })).toThrow('there is no gateway or channel nowhere in shop.yaml');
  });

  it('hands on no secret, not even the name of one', () => {
    expect(JSON.stringify(shop)).not.toContain('KEY');
  });
});
