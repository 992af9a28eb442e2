import type { StatementTypeId } from '../../statement-result.ts'
import type { ResultColumn } from './scope.ts'
import type { Table } from './tables.ts'

/** A statement as it is run: what DuckDB is told, and what is answered. */
export type StatementPlan = QueryPlan | ChangePlan | StatusPlan

/** A query: its rows are the answer. */
export interface QueryPlan {
  readonly kind: 'query'
  readonly sql: string
  readonly values: readonly unknown[]
  readonly columns: readonly ResultColumn[]
}

/** INSERT, UPDATE, DELETE, MERGE or CREATE TABLE AS: the numbers of changed rows are the answer. */
export interface ChangePlan {
  readonly kind: 'change'
  readonly typeId: StatementTypeId
  /** Run one after the other, all or none. */
  readonly statements: readonly string[]
  /** Which of them is the one whose rows are counted. */
  readonly counted: number
  readonly values: readonly unknown[]
  /**
   * Queries that call each service function of the statement for the rows that the statement calls it for, and change
   * nothing; undefined when only the statement itself can tell.
   */
  readonly rehearsal: readonly string[] | undefined
  /** The numbers, or the status, that are answered. */
  readonly reply: ChangeReply
  /** What is gone afterwards, and all that was granted on it. */
  readonly drops?: readonly Table[]
}

export type ChangeReply =
  | { readonly kind: 'counts'; readonly columns: readonly string[] }
  /** MERGE tells what became of each row. */
  | {
      readonly kind: 'actions'
      readonly columns: readonly (readonly [action: string, name: string])[]
    }
  | { readonly kind: 'status'; readonly status: string }

/** DDL: it ends a transaction that is open, and answers one line. */
export interface StatusPlan {
  readonly kind: 'status'
  readonly typeId: StatementTypeId
  /** Run one after the other, all or none. */
  readonly statements: readonly string[]
  /**
   * Takes back what was done when one of them fails. Given where DuckDB cannot run them all in one transaction, which
   * is so for several changes of one table.
   */
  readonly undo?: readonly string[]
  readonly status: string
  /** What is gone afterwards, and all that was granted on it. */
  readonly drops?: readonly Table[]
  /** A table or view that has another name afterwards. */
  readonly renames?: { readonly table: Table; readonly key: string }
}
