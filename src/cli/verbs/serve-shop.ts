import { configOf } from '../session';

/** Runs the shop until SIGTERM or SIGINT. */
export async function serveShop({ roles, workers }: { readonly roles?: string; readonly workers: number }): Promise<void> {
  // Libraries check more, and slower, unless they are told that nobody is developing with them.
  process.env['NODE_ENV'] ??= 'production';
  const config = configOf(roles === undefined ? {} : { CARDRAIL_ROLES: roles });
  const [{ serve }, { createLogger }] = await Promise.all([import('../serve'), import('../../workbench')]);
  const log = createLogger({ level: config.values.CARDRAIL_LOG_LEVEL });
  await serve(config, log, workers, (serving) => process.stdout.write(`${JSON.stringify(serving)}\n`));
}
