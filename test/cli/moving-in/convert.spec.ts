import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { priceOf, type MovedIn } from '../../../src/cli/moving-in/move-in';
import { Terminal } from '../terminal';

const DUJIAOKA = `CREATE TABLE \`carmis\` (\`id\` bigint, \`goods_id\` int, \`status\` tinyint, \`is_loop\` tinyint, \`carmi\` text, \`deleted_at\` timestamp);
INSERT INTO \`carmis\` VALUES (1,7,1,0,'CODE-A',NULL),(2,7,2,0,'CODE-SOLD',NULL),(3,7,1,0,'acc,"x"\\nline 2',NULL),(4,7,1,0,'CODE-GONE','2026-01-01 00:00:00'),
(5,7,1,0,'  ',NULL),(6,8,1,1,'CODE-LOOP',NULL),(7,99,1,0,'CODE-ORPHAN',NULL),(8,10,1,0,'CODE-HIDDEN',NULL);
CREATE TABLE \`goods\` (\`id\` int, \`gd_name\` varchar(200), \`actual_price\` decimal(10,2), \`buy_limit_num\` int, \`type\` tinyint, \`is_open\` tinyint, \`deleted_at\` timestamp);
INSERT INTO \`goods\` VALUES (7,'点卡 50 元','48.00',3,1,1,NULL),(8,'会员共享号','1.50',0,1,1,NULL),(9,'人工代充','100.00',0,2,1,NULL),(10,'下架','5.00',0,1,0,NULL),
(11,'已删','5.00',0,1,1,'2026-01-01 00:00:00'),(12,'免费','0.00',0,1,1,NULL);
`;

const DUJIAO_NEXT = `INSERT INTO "card_secrets" ("id","product_id","sku_id","secret","status","deleted_at") VALUES
(1,1,11,'NEXT-A','available',NULL),(2,1,12,'NEXT-B','available',NULL),(3,1,12,'NEXT-HELD','reserved',NULL),(4,2,0,'NEXT-OLD','available',NULL),(5,2,21,'NEXT-NEW','available',NULL);
INSERT INTO "products" ("id","title_json","price_amount","max_purchase_quantity","fulfillment_type","is_active","deleted_at") VALUES
(1,'{"zh-CN":"点卡","en-US":"Card"}','10.00',0,'auto',1,NULL),(2,'{"en-US":"Single"}','20.00',5,'auto',true,NULL);
INSERT INTO "product_skus" ("id","product_id","spec_values_json","price_amount","is_active","deleted_at") VALUES
(11,1,'{"面值":"50"}','48.00',1,NULL),(12,1,'{"面值":"100"}','95.00',1,NULL),(21,2,'{}','19.99',1,NULL);
`;

describe('cardrail convert', () => {
  const terminal = new Terminal();
  afterAll(() => terminal.leave());

  const folder = (name: string): string => join(terminal.folder, name);
  const skusIn = (name: string): unknown => (parse(readFileSync(join(folder(name), 'shop.yaml'), 'utf8')) as { skus: unknown }).skus;
  async function converted(...args: readonly string[]): Promise<MovedIn> {
    const { code, stdout, stderr } = await terminal.run(['convert', ...args, '--json']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as MovedIn;
  }

  it('says of a dump of dujiaoka what comes along and what does not, and writes nothing in a preview', async () => {
    const { code, stdout, stderr } = await terminal.run(['convert', 'dujiaoka', terminal.file('old.sql', DUJIAOKA)]);
    expect(code).toBe(0);
    expect(stdout).toContain('off the shelf');
    expect(stdout + stderr).not.toMatch(/CODE-|acc,/);
    const moved = await converted('dujiaoka', terminal.file('old.sql', DUJIAOKA));
    expect(moved.skus.map(({ skuId, leftOut, unsold, sold, deleted, empty }) => [skuId, leftOut, unsold, sold, deleted, empty])).toEqual([
      ['goods-7', null, 2, 1, 1, 1],
      ['goods-8', null, 1, 0, 0, 0],
      ['goods-9', null, 0, 0, 0, 0],
      ['goods-10', 'NOT_ON_SALE', 1, 0, 0, 0],
      ['goods-12', 'PRICE_NOT_UNDERSTOOD', 0, 0, 0, 0],
    ]);
    expect(moved).toMatchObject({ codesLeftBehind: 2, folder: null });
  });

  it('writes what apply and import take: the codes are for sale here', async () => {
    await converted('dujiaoka', terminal.file('old.sql', DUJIAOKA), '--to', folder('new'));
    expect(skusIn('new')).toMatchObject([
      { id: 'goods-7', name: { 'zh-CN': '点卡 50 元' }, price: { amountMinor: 4_800, currency: 'CNY' }, delivery: 'auto', maxPerOrder: 3 },
      { id: 'goods-8', reusable: true },
      { id: 'goods-9', delivery: 'manual' },
    ]);
    expect(statSync(join(folder('new'), 'cards', 'goods-7.csv')).mode & 0o077).toBe(0);
    expect(existsSync(join(folder('new'), 'cards', 'goods-10.csv'))).toBe(false);
    for (const args of [
      ['keys', 'init'],
      ['apply', join(folder('new'), 'shop.yaml')],
      ['cards', 'import', join(folder('new'), 'cards', 'goods-7.csv'), '--sku', 'goods-7'],
    ])
      expect({ args, code: (await terminal.run(args)).code }).toEqual({ args, code: 0 });
    const stats = JSON.parse((await terminal.run(['cards', 'stats', '--json'])).stdout) as { skuId: string; available: number }[];
    expect(stats.find(({ skuId }) => skuId === 'goods-7')?.available).toBe(2);
    expect((await terminal.run(['convert', 'dujiaoka', terminal.file('old.sql', DUJIAOKA), '--to', folder('new')])).code).toBe(3);
  });

  it('makes a product of each SKU of Dujiao-Next, and finds the product of cards from before it had any', async () => {
    const moved = await converted('dujiao-next', terminal.file('next.sql', DUJIAO_NEXT), '--to', folder('next'));
    expect(moved.skus.map(({ skuId, name, unsold, reserved }) => [skuId, name, unsold, reserved])).toEqual([
      ['product-1-11', '点卡 50', 1, 0],
      ['product-1-12', '点卡 100', 1, 1],
      ['product-2-21', 'Single', 2, 0],
    ]);
    expect(skusIn('next')).toMatchObject([
      { price: { amountMinor: 4_800 } },
      { price: { amountMinor: 9_500 } },
      { price: { amountMinor: 1_999 }, maxPerOrder: 5 },
    ]);
    expect(readFileSync(join(folder('next'), 'cards', 'product-2-21.csv'), 'utf8')).toBe('code\n"NEXT-NEW"\n"NEXT-OLD"\n');
  });

  it.each([
    ['dujiaoka', 'SELECT 1;', 3],
    ['dujiao-next', 'COPY products FROM stdin;', 3],
    ['dujiao', '', 2],
  ])('refuses a dump of %s that is none: %s', async (kind, text, code) =>
    expect((await terminal.run(['convert', kind, terminal.file('x.sql', text)])).code).toBe(code),
  );
});

it.each([
  ['48.00', 'CNY', 4_800],
  ['48', 'CNY', 4_800],
  ['0.10', 'CNY', 10],
  ['19.990', 'CNY', 1_999],
  ['19.999', 'CNY', null],
  ['500', 'JPY', 500],
  ['0.00', 'CNY', null],
  ['-1.00', 'CNY', null],
  ['1e3', 'CNY', null],
  ['', 'CNY', null],
])('a price of %s %s is %s minor units', (price, currency, minor) => expect(priceOf(price, currency)).toBe(minor));
