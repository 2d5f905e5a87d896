import { createServer, type AddressInfo } from 'node:net';
import type { VerifyReport } from '../../../src/application/verify/violation';
import type { LiveShop } from '../../support/live-shop';
import type { FaultRule } from '../../support/sandbox';

/** A gateway on a bad day: about a third of its answers hang, before or after the money moved, and notices are late, doubled or missing. */
export const BAD_DAY: readonly FaultRule[] = [
  { percent: 12, fault: 'hang' },
  { percent: 15, fault: 'commit-then-hang' },
  { percent: 5, fault: 'reset-after-commit' },
  { percent: 5, fault: 'decline' },
  { percent: 30, fault: 'no-notice' },
  { percent: 20, fault: 'late-notice' },
  { percent: 20, fault: 'duplicate-notice' },
];

/** A channel on a bad day: nearly a third of its answers hang, before or after it sold, and some are refused, partial or late. */
export const BAD_CHANNEL_DAY: readonly FaultRule[] = [
  { method: 'POST', path: '/purchases', percent: 12, fault: 'hang' },
  { method: 'POST', path: '/purchases', percent: 18, fault: 'commit-then-hang' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'reset-after-commit' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'pending' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'refuse' },
  { method: 'GET', path: '/purchases/:id', percent: 15, fault: 'hang' },
  { method: 'GET', path: '/purchases/:id', percent: 15, fault: 'appears-late' },
  { percent: 30, fault: 'no-notice' },
  { percent: 20, fault: 'duplicate-notice' },
];

/**
 * Whoever is isolated on such a day is tried again after a second at most, and let in within another: by default one isolation is as long as a
 * whole test, in which nobody pays.
 */
export const SHORT_ISOLATION = {
  CARDRAIL_HEALTH_ISOLATE_FOR_MS: '500',
  CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: '1000',
  CARDRAIL_HEALTH_RAMP_STEP_MS: '250',
} as const;

/** A random test says what it ran with, and can be told to run it again. */
export function seedOf(name: string): number {
  const seed = Number(process.env['CARDRAIL_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));
  console.info(`${name}: CARDRAIL_TEST_SEED=${seed}`);
  return seed;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A port that is free now, so that a server comes back under the address that gateways know. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** `cardrail verify`, as a person would run it. */
export async function verify(shop: LiveShop): Promise<VerifyReport & { readonly code: number | null }> {
  const { code, stdout, stderr } = await shop.cli(['verify', '--json']);
  if (stdout === '') throw new Error(`verify said nothing: ${stderr}`);
  return { ...(JSON.parse(stdout) as VerifyReport), code };
}
