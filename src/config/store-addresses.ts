import type { Values } from './settings';

const NEEDS = [
  ['CARDRAIL_STORE', 'eventstoredb', 'CARDRAIL_EVENTSTORE_URL'],
  ['CARDRAIL_READ_MODELS', 'mongodb', 'CARDRAIL_MONGODB_URL'],
] as const;

/** What a choice of store needs besides itself. An address that is there and wrong has been told of already. */
export function missingAddresses(values: Readonly<Record<string, unknown>>): readonly string[] {
  return NEEDS.flatMap(([name, word, address]) =>
    values[name] === word && address in values && values[address] === undefined ? [`${address}: is needed with ${name}=${word}`] : [],
  );
}

/** Stores that a production shop would speak to in the clear. */
export const plainAddresses = ({ CARDRAIL_EVENTSTORE_URL: events, CARDRAIL_MONGODB_URL: models }: Values): readonly string[] => [
  ...(events !== undefined && /[?&]tls=false/i.test(events.reveal())
    ? ['CARDRAIL_EVENTSTORE_URL says tls=false: what is stored travels in the clear']
    : []),
  ...(models !== undefined && models.reveal().startsWith('mongodb:') && !/[?&](tls|ssl)=true/i.test(models.reveal())
    ? ['CARDRAIL_MONGODB_URL does not say tls=true: what is read travels in the clear']
    : []),
];
