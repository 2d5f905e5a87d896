import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseShopFile } from '../../src/cli/shop-file/shop-file';

const FOLDER = join(__dirname, '../../examples');

describe('the examples', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')))('%s is a shop', (name) => {
    const shop = parseShopFile(readFileSync(join(FOLDER, name), 'utf8'), name);
    expect(shop.gateways.length).toBeGreaterThan(0);
  });

  it('the settings in the Stripe guide are settings', () => {
    const guide = readFileSync(join(FOLDER, '../docs/gateways/stripe.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    const [gateway] = parseShopFile(yaml, 'stripe.md').gateways;
    expect(gateway).toMatchObject({ id: 'stripe', settings: { adapter: 'stripe', baseUrl: 'https://api.stripe.com', kinds: ['REDIRECT'] } });
  });

  it('the settings in the guide to services that ring are settings, and its flags follow from where it is asked', () => {
    const guide = readFileSync(join(FOLDER, '../docs/gateways/signed-webhook.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    const [gateway] = parseShopFile(yaml, 'signed-webhook.md').gateways;
    expect(gateway).toMatchObject({ id: 'mypay', settings: { amounts: 'DECIMAL', flags: ['lookup'], words: { DECLINED: ['failed'] } } });
    expect(parseShopFile(yaml.replace(/ +statusPath.*\n/, '    amountMaxMinor: 5000\n'), 'blind').gateways).toMatchObject([
      { settings: { flags: [] } },
    ]);
    expect(() => parseShopFile(yaml.replace(/ +statusPath.*\n/, ''), 'uncapped')).toThrow(/amountMaxMinor/);
    expect(() => parseShopFile(yaml.replace('"/api/payments/', '"https://elsewhere.test/'), 'elsewhere')).toThrow(/statusPath/);
    expect(() => parseShopFile(yaml.replace('/api/payments/{reference}"', '/api/../{reference}"'), 'upwards')).toThrow(/statusPath/);
    expect(() => parseShopFile(yaml.replace('{returnUrl}', '{secret}'), 'unknown name')).toThrow(/payPage/);
    expect(() => parseShopFile(yaml.replace('[failed]', '[succeeded]'), 'two meanings')).toThrow(/stands twice/);
  });

  it('the settings in the guide to Dujiao-Next shops are settings', () => {
    const guide = readFileSync(join(FOLDER, '../docs/channels/dujiao-next.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    expect(parseShopFile(yaml, 'dujiao-next.md').channels).toMatchObject([
      { id: 'neighbour', settings: { adapter: 'dujiao-next', flags: ['replay'] } },
    ]);
    expect(() => parseShopFile(yaml.replace('[replay]', '[lookup]'), 'flags')).toThrow(/only replay/);
    expect(() => parseShopFile(yaml.replace('shop.example.com', 'shop.example.com/api'), 'path')).toThrow(/without a path/);
    expect(() => parseShopFile(yaml.replace('dujiao-next', 'dujiaoka'), 'adapter')).toThrow(/must be http-v1, dujiao-next or folder/);
  });

  it('the settings in the guide to folders are settings, and name no path', () => {
    const guide = readFileSync(join(FOLDER, '../docs/channels/folder.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    expect(parseShopFile(yaml, 'folder.md').channels).toMatchObject([
      { id: 'wholesaler', settings: { adapter: 'folder', flags: ['replay', 'lookup'] } },
    ]);
    expect(() => parseShopFile(yaml.replace('id: wholesaler', 'id: ../etc'), 'upwards')).toThrow(/id/);
    expect(() => parseShopFile(yaml.replace('    currency: CNY\n', '    currency: CNY\n    path: /etc\n'), 'path')).toThrow(/path/);
    expect(() => parseShopFile(yaml.replace('[replay, lookup]', '[cancel]'), 'flags')).toThrow(/cannot be taken back/);
  });

  it('the settings in the Alipay guide are settings', () => {
    const guide = readFileSync(join(FOLDER, '../docs/gateways/alipay.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    expect(parseShopFile(yaml, 'alipay.md').gateways).toMatchObject([
      { id: 'alipay', settings: { adapter: 'alipay', baseUrl: 'https://openapi.alipay.com', checkout: 'PAGE', flags: ['lookup'] } },
    ]);
    expect(() => parseShopFile(yaml.replace('[lookup]', '[replay]'), 'flags')).toThrow(/only lookup and cancel/);
    expect(() => parseShopFile(yaml.replace('"2088000000000001"', '"2089"'), 'seller')).toThrow(/PID/);
  });

  it('the settings in the epay guide are settings', () => {
    const guide = readFileSync(join(FOLDER, '../docs/gateways/epay.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
    expect(parseShopFile(yaml, 'epay.md').gateways).toMatchObject([{ id: 'epay', settings: { adapter: 'epay-md5', checkout: 'API' } }]);
  });
});
