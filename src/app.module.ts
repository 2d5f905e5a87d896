import 'reflect-metadata';
import type { DynamicModule, Provider } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiModule } from './api/api.module';
import { orders } from './projections/orders';
import type { Pages } from './probes';
import { Freshness } from './application/figures/freshness';
import { OrderFeed } from './application/queries/order-feed';
import type { Parts } from './parts';
import { commandHandlers, queryHandlers, type Beside } from './use-cases';

/**
 * The wiring page. `parts.ts` opens the adapters that the configuration names, `use-cases.ts` gives every handler what it needs,
 * `runners.ts` builds engine, projector and outbox, `main.ts` starts what a process has the role for; here they meet the API.
 */
export class AppModule {
  static of(parts: Parts, beside: Beside, pages: Pages): DynamicModule {
    const { config, settings, staffTokens, store, runtime, metrics, log, codec, keyring, spans, readModels } = parts;
    const freshness = new Freshness({ store, readModels, runtime, projection: orders });
    return {
      module: AppModule,
      global: true,
      imports: [
        CqrsModule.forRoot(),
        ApiModule.register({
          console: config.graphqlConsole,
          ...(config.values.CARDRAIL_PUBLIC_URL === undefined ? {} : { pagesUrl: config.values.CARDRAIL_PUBLIC_URL.replace(/\/+$/, '') }),
          corsOrigins: config.values.CARDRAIL_CORS_ORIGINS,
          isOriginOfSomeKey: (origin) => settings.isOriginOfSomeKey(origin),
          rateLimits: {
            perAddressPerSecond: config.ratePerAddress,
            perKeyPerSecond: config.values.CARDRAIL_RATE_LIMIT_PER_KEY,
            lookupMissesPerMinute: config.lookupMissesPerMinute,
          },
          ...(config.publicOperations === undefined ? {} : { publicOperations: config.publicOperations }),
          subscriptionsMax: config.values.CARDRAIL_SUBSCRIPTIONS_MAX,
          apiKeyByHash: (hash) => settings.apiKeyByHash(hash),
          ...(staffTokens === undefined ? {} : { staffTokens }),
          keyUsed: (key, keyHash) => parts.keyUse.note(key, keyHash, parts.commands.clock.now()),
          skuById: (id) => settings.sku(id),
          placeOf: (orderId) => beside.lines.placeOf(orderId, parts.commands.clock.now()),
          lineAtChannel: (channelId) => beside.lines.channel(channelId, parts.commands.clock.now()),
          turnsAway: (what) => {
            const sheds = parts.shedding.sheds(what);
            if (sheds) metrics.count('shed_total', { what: what.toLowerCase() as 'search' });
            return sheds;
          },
          refused: (refused) => {
            metrics.count('requests_refused_total', { code: refused.code.toLowerCase() });
            parts.refusals.note(refused, parts.commands.clock.now());
          },
          feed: new OrderFeed({
            store,
            codec,
            runtime,
            keyring,
            onProblem: (error) => log.warn({ err: error }, 'orders cannot be followed; taken up again'),
          }),
          readiness: () => pages.readiness(),
          metrics: async () => ({ contentType: metrics.contentType, body: await pages.metrics() }),
          spans,
          freshness: () => freshness.now(),
          runtime,
          observer: {
            answered: (line) => {
              metrics.count('http_requests_total', { route: line.route, status: String(line.status) });
              metrics.observe('http_request_seconds', line.durationMs / 1_000, { route: line.route });
              log.debug(line, 'answered');
            },
            failed: (requestId, error) => log.error({ requestId, err: error }, 'a request failed'),
          },
        }),
      ],
      providers: [handlersOnTheirBuses(parts, beside)],
    };
  }
}

/**
 * Handlers are plain objects with their needs in hand, and know nothing of Nest. Here each is named the one for its class, and the buses take
 * them as they take handlers that Nest has made.
 */
function handlersOnTheirBuses(parts: Parts, beside: Beside): Provider {
  type Wrapped = NonNullable<Parameters<CommandBus['register']>[0]>;
  const made = <H extends object>(handlers: readonly H[], naming: (handler: H) => ClassDecorator): Wrapped =>
    handlers.map((instance) => {
      naming(instance)(instance.constructor);
      return { instance, metatype: instance.constructor, isDependencyTreeStatic: () => true };
    }) as unknown as Wrapped;
  return {
    provide: 'HANDLERS',
    inject: [CommandBus, QueryBus],
    useFactory: (commands: CommandBus, queries: QueryBus) => {
      commands.register(made(commandHandlers(parts, beside), ({ command }) => CommandHandler(command)));
      queries.register(made(queryHandlers(parts, beside), ({ query }) => QueryHandler(query)));
      return true;
    },
  };
}
