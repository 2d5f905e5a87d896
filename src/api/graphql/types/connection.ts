import type { Type } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { Page } from '../../../application/queries/page';
import type { Sheddable } from '../../../domain/shedding/events';
import { SheddableEnum } from '../enums';

@ObjectType({ description: 'Where a page of a list ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'More follow after `endCursor`.' })
  readonly hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Give it as `after` for the next page. Opaque and signed.' })
  readonly endCursor!: string | null;
}

export interface ConnectionOf<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number | null;
  readonly uncountedBecause: Sheddable | null;
}

/** The Relay connection of a type, with `nodes` as a short cut. */
export function Connection<T extends object>(name: string, node: () => Type<T>): Type<ConnectionOf<T>> {
  @ObjectType(`${name}Edge`, { description: 'One item and its place in the list.' })
  class Edge {
    @Field(node, { description: 'The item.' })
    readonly node!: T;

    @Field(() => String, { description: 'Its place: give it as `after` to go on behind it.' })
    readonly cursor!: string;
  }

  @ObjectType({ isAbstract: true })
  class ConnectionType implements ConnectionOf<T> {
    @Field(() => [Edge], { description: 'The items with their places.' })
    readonly edges!: readonly Edge[];

    @Field(() => [node()], { description: 'The items.' })
    readonly nodes!: readonly T[];

    @Field(() => PageInfo, { description: 'Where the page ends.' })
    readonly pageInfo!: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description: 'How many the whole list has; counting stops at 10,000. Null while the shop does without counts, see uncountedBecause.',
    })
    readonly totalCount!: number | null;

    @Field(() => SheddableEnum, {
      nullable: true,
      description: 'Why there is no totalCount: what the shop does without while it has too much to do. Null when there is one.',
    })
    readonly uncountedBecause!: Sheddable | null;
  }
  return ConnectionType;
}

export function connectionOf<V, T>({ edges, hasNextPage, totalCount }: Page<V>, present: (view: V) => T): ConnectionOf<T> {
  const presented = edges.map(({ node, cursor }) => ({ node: present(node), cursor }));
  return {
    edges: presented,
    nodes: presented.map(({ node }) => node),
    pageInfo: { hasNextPage, endCursor: presented.at(-1)?.cursor || null },
    totalCount,
    uncountedBecause: totalCount === null ? 'COUNTS' : null,
  };
}
