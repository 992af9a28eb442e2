import { invalidArgument } from './arguments.ts'
import { type Column, columnExpression, type ColumnOrName } from './column.ts'
import type { DataFrame } from './dataframe.ts'
import type { Expression } from './expression.ts'
import { avg, count, max, min, sum } from './functions.ts'

/** Rows in groups, as `groupBy()` gives them; every method makes one row of each group. */
export class GroupedDataFrame {
  readonly #aggregate: (aggregates: readonly Expression[]) => DataFrame

  /** Use `dataFrame.groupBy()`. */
  constructor(aggregate: (aggregates: readonly Expression[]) => DataFrame) {
    this.#aggregate = aggregate
  }

  /** The keys and these: `agg(max('TEMP_C'), count('*').as('READINGS'))`. */
  agg(...aggregates: readonly Column[]): DataFrame {
    if (aggregates.length === 0) {
      throw invalidArgument('agg: no column is given', 'Give at least one, such as count("*")')
    }
    return this.#aggregate(aggregates.map((column) => columnExpression('agg', column)))
  }

  /** The keys and COUNT, the number of rows. */
  count(): DataFrame {
    return this.agg(count('*').as('COUNT'))
  }

  sum(...columns: readonly ColumnOrName[]): DataFrame {
    return this.agg(...columns.map(sum))
  }

  avg(...columns: readonly ColumnOrName[]): DataFrame {
    return this.agg(...columns.map(avg))
  }

  min(...columns: readonly ColumnOrName[]): DataFrame {
    return this.agg(...columns.map(min))
  }

  max(...columns: readonly ColumnOrName[]): DataFrame {
    return this.agg(...columns.map(max))
  }
}
