import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerSettings {
  readonly level: LogLevel;
  /** Stands in every line; the roles of this process, say. */
  readonly base?: Readonly<Record<string, string | number>>;
  /** Where lines go: standard error unless told, so that data on standard output stays clean. */
  readonly stream?: DestinationStream;
}

const STANDARD_ERROR = 2;
/** Causes of causes are followed so far. */
const CAUSE_DEPTH_MAX = 4;

/** Second net below the class `Secret`: the places where HTTP libraries keep credentials as plain text. */
const CREDENTIALS = ['authorization', 'cookie', 'set-cookie', 'x-order-token', 'webhook-signature'].flatMap((name) => [
  `headers["${name}"]`,
  `*.headers["${name}"]`,
]);

/** JSON lines with ISO-8601 times. Give `orderId` and `correlationId` by `child`. Writes are synchronous, so a dying process keeps its last words. */
export function createLogger({ level, base = {}, stream }: LoggerSettings): Logger {
  const options = {
    level,
    base,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: CREDENTIALS, censor: '[secret]' },
    serializers: { err: (error: unknown) => describeError(error), error: (error: unknown) => describeError(error) },
  };
  return pino(options, stream ?? destination({ dest: STANDARD_ERROR, sync: true }));
}

interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: ErrorFacts;
}

/** Name, words, code and stack. Whatever else libraries hang on their errors (requests, headers, options) is left behind. */
function describeError(error: unknown, depth = 0): ErrorFacts {
  if (typeof error !== 'object' || error === null) return { type: typeof error, message: String(error) };
  const { name, message, stack, code, cause } = error as Partial<Record<keyof Error | 'code', unknown>>;
  return {
    type: text(name) ?? 'Error',
    message: text(message) ?? '',
    ...optional('stack', text(stack)),
    ...optional('code', text(code)),
    ...(cause === undefined || depth >= CAUSE_DEPTH_MAX ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
const optional = <Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: string });
