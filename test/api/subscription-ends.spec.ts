import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { WebSocket } from 'ws';
import type { ApiOptions } from '../../src/api/api-options';
import type { Authentication } from '../../src/api/request/authentication';
import { SocketServer } from '../../src/api/subscriptions/socket-server';
import type { SubscriptionDesk } from '../../src/api/subscriptions/subscription-desk';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { ApiShop } from './support/api-shop';

const QUERY = 'subscription($orderId: ID!) { orderUpdated(orderId: $orderId) { revision } }';
const SEATS = 3;

describe('peers of live subscriptions that do not behave', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_SUBSCRIPTIONS_MAX: String(SEATS) });
    await shop.stock('game', 5);
  });
  afterAll(() => shop.close());

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const upgradeAt = (path: string) => {
    const { hostname, port } = new URL(shop.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    return socket;
  };

  it('one that asks for an upgrade where there is none and resets its connection harms nobody', async () => {
    const heard: unknown[] = [];
    const hear = (error: unknown): void => void heard.push(error);
    process.on('uncaughtException', hear);
    for (let tries = 0; tries < 20; tries++) {
      const socket = upgradeAt('/elsewhere');
      await new Promise((resolve) => socket.once('connect', resolve));
      if (tries % 2 === 1) await pause(5);
      socket.resetAndDestroy();
    }
    await pause(200);
    process.off('uncaughtException', hear);
    expect(heard).toEqual([]);
    expect((await fetch(`${shop.url}/livez`)).status).toBe(200);
  });

  it('one that is refused an upgrade and never hangs up is hung up on', async () => {
    const socket = upgradeAt('/elsewhere');
    await new Promise((resolve) => socket.once('data', resolve));
    await new Promise((resolve) => socket.once('end', resolve));
    // Only a closed connection answers what is written into it with a reset.
    const broken = new Promise((resolve) => socket.once('error', resolve));
    while (socket.writable) {
      socket.write('still here');
      await pause(10);
    }
    await broken;
  });

  it('one that hangs up while its order is looked for takes no seat with it', async () => {
    const { id, token } = await shop.order();
    const follow = (): ReturnType<typeof request> => {
      const asked = request(`${shop.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-order-token': token },
      });
      asked.on('error', () => undefined);
      asked.end(JSON.stringify({ query: QUERY, variables: { orderId: id } }));
      return asked;
    };
    const real = shop.parts.store.read.bind(shop.parts.store);
    let reads = 0;
    const read = jest.spyOn(shop.parts.store, 'read').mockImplementation(async (stream, options) => {
      reads++;
      await pause(100);
      return real(stream, options);
    });
    for (let tries = 1; tries <= SEATS; tries++) {
      const hasty = follow();
      await shop.until(() => reads >= tries, 'the order is looked for');
      hasty.destroy();
      await pause(200);
    }
    read.mockRestore();
    const patient = follow();
    const status = await new Promise<number | undefined>((resolve) => patient.once('response', (response) => resolve(response.statusCode)));
    patient.destroy();
    expect(status).toBe(200);
  });
});

/** A door for sockets with nothing behind it, and a peer that has come in. */
async function visited(runtime = new SystemRuntime()) {
  const options = { runtime, subscriptionsMax: 1, observer: { answered: () => undefined, failed: () => undefined } } as unknown as ApiOptions;
  const sockets = new SocketServer(options, {} as Authentication, {} as SubscriptionDesk);
  const server = createServer();
  sockets.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const peer = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => peer.once('open', resolve));
  return { sockets, server, peer };
}

it('a peer that asks on and reads none of the answers is cut off before they fill our memory', async () => {
  // It is not found out by the pings that it leaves unanswered.
  const patient = new (class extends SystemRuntime {
    override sleep(_ms: number, signal?: AbortSignal): Promise<void> {
      return super.sleep(60_000, signal);
    }
  })();
  const { sockets, server, peer } = await visited(patient);
  peer.on('error', () => undefined);
  peer.pause();
  let isCut = false;
  // It closes when nobody is connected any more.
  server.close(() => (isCut = true));
  while (!isCut) {
    peer.send(JSON.stringify({ type: 'ping', payload: { word: 'x'.repeat(60_000) } }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  peer.terminate();
  await sockets.close();
}, 20_000);

it('a peer that does not answer our goodbye does not hold up the end', async () => {
  const runtime = new (class extends SystemRuntime {
    override sleep(ms: number, signal?: AbortSignal): Promise<void> {
      return super.sleep(Math.min(ms, 100), signal);
    }
  })();
  const { sockets, server, peer } = await visited(runtime);
  // It stands still: nothing that comes is read, so nothing is answered.
  peer.pause();
  const over = new Promise((resolve) => server.once('close', resolve));
  const closing = sockets.close();
  server.close();
  await closing;
  await over;
  peer.terminate();
}, 10_000);
