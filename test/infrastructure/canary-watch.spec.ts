import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiShop } from '../api/support/api-shop';
import { canary, CanaryWatch, SecretFound } from '../support/canaries';

const foundBy = (watch: CanaryWatch): readonly string[] => {
  try {
    watch.check();
    return [];
  } catch (error) {
    return (error as SecretFound).places;
  }
};

describe('the watch over planted secrets', () => {
  it('knows a canary by its look, also in two pieces, and says where it was', () => {
    const watch = new CanaryWatch();
    const text = `a line with ${canary()} in it`;
    watch.saw('the log', text.slice(0, 30));
    expect(foundBy(watch)).toEqual([]);
    watch.saw('the log', text.slice(30));
    watch.saw('the metrics', 'nothing');
    expect(foundBy(watch)).toEqual(['the log']);
  });

  it('learns secrets of no look from what goes through the API', () => {
    const watch = new CanaryWatch();
    watch.tellFrom({ input: { buyer: { ref: 'a-buyer-of-the-shop', contact: { email: '买家的邮箱@buyers.example' } } } });
    watch.saw('the log', 'a-buyer-of-the-shop');
    expect(foundBy(watch)).toEqual([]);
    watch.saw('the log', 'sent to 买家的邮箱@buyers.example');
    expect(foundBy(watch)).toEqual(['the log']);
  });

  it('lets an error say back what its caller sent, and nothing else', () => {
    const [mine, theirs] = [canary(), canary()];
    const watch = new CanaryWatch();
    watch.sawError(`"${mine}" is no number`, JSON.stringify({ quantity: mine }));
    expect(foundBy(watch)).toEqual([]);
    watch.sawError(`"${theirs}" is no number`, JSON.stringify({ quantity: mine }));
    expect(foundBy(watch)).toHaveLength(1);
  });

  it('fails whoever closes a shop that wrote a code to its log, a key into a file, or a token into an error', async () => {
    const shop = await ApiShop.start();
    const [code = ''] = await shop.stock('game', 1);
    const { token } = await shop.order();
    shop.parts.log.debug({ detail: code }, 'a leak that this test has planted');
    await writeFile(join(shop.folder, 'left-behind.bin'), Buffer.concat([Buffer.of(0, 255, 254), Buffer.from(shop.keys.ADMIN), Buffer.of(0)]));
    shop.watch.sawError(`no such token ${token}`, '');
    const closing = await shop.close().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(closing).toBeInstanceOf(SecretFound);
    expect([...(closing as SecretFound).places].sort()).toEqual([`an error: no such token ${token}`, 'the file left-behind.bin', 'the log']);
  });
});
