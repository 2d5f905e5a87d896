import { Kind, type ValueNode } from 'graphql';
import { ApiError } from '../errors/api-error';

type Variables = Record<string, unknown>;

const differ = (): never => {
  throw new ApiError('BAD_USER_INPUT', 'The header Idempotency-Key and the input carry different keys.', { field: ['input', 'idempotencyKey'] });
};

/**
 * The header `Idempotency-Key` is another way to write the input's `idempotencyKey`. `input` is what the only mutation of the
 * document takes; the key is put where the input has none, and refused where it has another. Returns the variables to run with.
 */
export function withIdempotencyHeader(key: string, input: ValueNode | undefined, variables: Variables): Variables {
  if (input?.kind === Kind.VARIABLE) {
    const given = variables[input.name.value];
    if (!isRecord(given)) return variables;
    return { ...variables, [input.name.value]: { ...given, idempotencyKey: agreed(given['idempotencyKey'], key) } };
  }
  const field = input?.kind === Kind.OBJECT ? input.fields.find(({ name }) => name.value === 'idempotencyKey')?.value : undefined;
  if (field?.kind === Kind.VARIABLE) return { ...variables, [field.name.value]: agreed(variables[field.name.value], key) };
  if (field?.kind === Kind.STRING && field.value !== key) return differ();
  return variables;
}

function agreed(given: unknown, key: string): string {
  return given == null || given === key ? key : differ();
}

const isRecord = (value: unknown): value is Variables => typeof value === 'object' && value !== null && !Array.isArray(value);
