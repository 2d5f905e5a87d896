import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ShopApi } from '../../src/cli/shop-api';

const KEY = 'a-key-that-is-only-used-in-tests-0123456789abcdef';

describe('verbs that act on a running shop', () => {
  const servers: Server[] = [];
  const listening = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer(answer as never);
    servers.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((closed) => (server.close(closed), server.closeAllConnections()));
  });

  it('speak to the shop that was named and to nobody it points at: neither the command nor the key travels on', async () => {
    const reached: IncomingMessage[] = [];
    const elsewhere = await listening((request, response) => void (reached.push(request), response.end('{"data":{}}')));
    const shop = await listening((_request, response) => response.writeHead(307, { location: `${elsewhere}/graphql` }).end());
    const api = ShopApi.fromEnvironment('en', { CARDRAIL_URL: shop, CARDRAIL_API_KEY: KEY });
    await expect(api.ask('{ __typename }', {})).rejects.toThrow('the shop answered 307 and nothing else');
    expect(reached).toEqual([]);
  });
});
