import { SQLDialect } from '@codemirror/lang-sql'

const KEYWORDS = `
  account all alter and any as asc at authorization autoincrement before begin between by call cascade case cast
  change_tracking clone cluster collate column columns comment commit compute connect constraint container copy create
  cross current database databases default delete desc describe distinct do drop else end endpoint enforced except
  exchange execute exists explain external fail false fetch file files filter first flatten following for force foreign
  from full function functions grant grants group grouping having history identifier identity if ilike immediate image
  in include increment inner insert instances integration intersect into is join key lateral left like limit list lock
  match match_condition materialized max_instances merge min_instances minus natural next not null nulls of offset on or
  order outer over overwrite partition pattern pivot plan policy pool preceding primary privileges procedure put qualify
  range recluster references regexp remove rename repositories repository replace resume return returning returns revoke
  right rlike role roles rollback row rows sample schema schemas select semi sequence service services session set sets
  show some specification stage stages start statement statistics stream suspend swap table tables tablesample task temp
  temporary then to transaction transient trigger true truncate unbounded undrop union unique unpivot unset update usage
  use user users using values view views warehouse warehouses when where window with within work`

const TYPES = `
  array bigint binary boolean byteint char character date datetime decimal double float float4 float8 geography geometry
  int integer map nchar number numeric nvarchar object real smallint string text time timestamp timestamp_ltz
  timestamp_ntz timestamp_tz tinyint varbinary varchar variant vector`

/** Snowflake's words and quotes: `--`, `//` and block comments, `$$ … $$` texts, `"quoted"` names. */
export const snowflakeDialect: SQLDialect = SQLDialect.define({
  keywords: oneLine(KEYWORDS),
  types: oneLine(TYPES),
  doubleDollarQuotedStrings: true,
  slashComments: true,
  backslashEscapes: true,
  identifierQuotes: '"',
  operatorChars: '*+-%<>!=&|~^/:?',
  specialVar: '$@',
})

const keywords = new Set(oneLine(KEYWORDS).split(' '))

/** Whether a word stands out as one of SQL's own; types are none. */
export function isKeyword(word: string): boolean {
  return keywords.has(word.toLowerCase())
}

function oneLine(words: string): string {
  return words.trim().replaceAll(/\s+/g, ' ')
}
