import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listening } from '../src/listening';

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));

describe('listening', () => {
  it('on a port that is taken says which one, and which setting takes another', async () => {
    const [first, second] = [createServer(), createServer()];
    await listening('CARDRAIL_PORT', '127.0.0.1', 0, () => listen(first, 0, '127.0.0.1'));
    const { port } = first.address() as AddressInfo;
    const again = listening('CARDRAIL_PROBE_PORT', '127.0.0.1', port, () => listen(second, port, '127.0.0.1'));
    await expect(again).rejects.toThrow(new RegExp(`^127.0.0.1:${port} is taken.*set CARDRAIL_PROBE_PORT to another port$`));
    await new Promise((resolve) => first.close(resolve));
  });

  it('on an address of another machine says so', async () => {
    const elsewhere = listening('CARDRAIL_PORT', '192.0.2.1', 0, () => listen(createServer(), 0, '192.0.2.1'));
    await expect(elsewhere).rejects.toThrow('192.0.2.1:0 is no address of this machine: see CARDRAIL_HOST');
  });

  it('passes on whatever else goes wrong', async () => {
    await expect(listening('CARDRAIL_PORT', 'h', 1, () => Promise.reject(new Error('something else')))).rejects.toThrow('something else');
  });
});
