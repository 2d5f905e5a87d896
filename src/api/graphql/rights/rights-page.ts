import { allows, type Operation, roles } from '../../../application/authorise';
import { operations } from '../../../application/commands';
import { queryOperations } from '../../../application/queries';
import { limitedFields, mayRead } from './limited-fields';

/** What a cell of the matrix says. OWN: of its own client only, or of the order that the token opens. */
export type RightsWord = 'yes' | 'own' | '-';

/** Operations on one order: a STOREFRONT reaches those of its client, a BUYER the one of its token. */
export const isOfOneOrder = (operation: Operation): boolean =>
  allows(operation, 'BUYER') || ('input' in operation && Object.hasOwn((operation.input as { shape: object }).shape, 'orderId'));

/** Lists that show a STOREFRONT its own client's orders only. */
const OWN_LISTS: ReadonlySet<string> = new Set(['orders', 'searchOrders']);

export function rightsWord(operation: Operation, role: (typeof roles)[number]): RightsWord {
  if (!allows(operation, role)) return '-';
  const owns = role === 'BUYER' || (role === 'STOREFRONT' && (isOfOneOrder(operation) || OWN_LISTS.has(operation.operation)));
  return owns ? 'own' : 'yes';
}

const table = (head: string, rows: readonly (readonly [name: string, words: readonly string[]])[]): string =>
  [
    `| ${head} | ${roles.join(' | ')} |`,
    `|---|${roles.map(() => '---').join('|')}|`,
    ...rows.map(([name, words]) => `| ${name} | ${words.join(' | ')} |`),
  ].join('\n');

const operationRows = (all: readonly Operation[]) =>
  [...all]
    .sort((a, b) => (a.operation < b.operation ? -1 : 1))
    .map((operation) => [`\`${operation.operation}\``, roles.map((role) => rightsWord(operation, role))] as const);

/** The matrix as the docs have it. */
export function rightsPage(): string {
  const fieldRows = Object.entries(limitedFields)
    .flatMap(([type, fields]) => Object.keys(fields).map((field) => [type, field] as const))
    .map(([type, field]) => [`\`${type}.${field}\``, roles.map((role) => (mayRead(type, field, role) ? 'yes' : '-'))] as const);
  return `${[
    '# Who may do what',
    'Made from the code (`UPDATE_DOCS=1 npx jest test/docs/rights`); `test/api/rights.spec.ts` asks for every root field as every role over GraphQL; operations that only the command line has are asserted in `test/application/commands-rights.spec.ts`. What stands nowhere here may be done by nobody: an operation without roles does not compile, and a field without a rule stops the server from starting.',
    '`own`: a STOREFRONT key reaches orders of its own client, an order token (BUYER) the one order that it opens; a foreign order is answered like one that does not exist. A key may expire. SUPPORT, FINANCE, OPS and ADMIN are roles of API keys, or of [people who sign in elsewhere](operator.md#people-who-sign-in-elsewhere). What needs a second person is said in [decision 63](adr/0063-a-second-person-approves-of-a-request.md).',
    '## Mutations, and what is asked by an input',
    table('operation', operationRows(operations)),
    '## Queries',
    table('operation', operationRows(queryOperations)),
    '## Fields that only some may read',
    'For the others they are null, or empty where they are lists, whichever way the object was reached.',
    table('field', fieldRows),
  ].join('\n\n')}\n`;
}
