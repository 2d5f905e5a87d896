import type { BuildSchemaOptions } from '@nestjs/graphql';
import { userErrorTypes } from './types/user-error';

/** The same for the running server and for the printed schema. */
export const schemaOptions: BuildSchemaOptions = { orphanedTypes: [...userErrorTypes], numberScalarMode: 'integer' };
