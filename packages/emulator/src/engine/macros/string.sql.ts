/** Text. Positions count from 1. */
export const stringMacros: readonly string[] = [
  `sf_substring(x, start, length) AS CASE
    WHEN start IS NULL OR length IS NULL THEN NULL
    WHEN length <= 0 THEN substr(x, 1, 0)
    WHEN start = 0 THEN substr(x, 1, length)
    WHEN start < -length(x) THEN substr(x, 1, 0)
    WHEN start < 0 THEN substr(x, length(x) + start + 1, length) ELSE substr(x, start, length) END`,
  `sf_initcap(x) AS array_to_string(list_transform(regexp_extract_all(x, '[\\p{L}\\p{N}_]+|[^\\p{L}\\p{N}_]+'),
    lambda w: upper(w[1]) || lower(w[2:])), '')`,
  `sf_charindex(needle, x, start) AS CASE
    WHEN start <= 1 THEN instr(x, needle)
    WHEN instr(substr(x, start), needle) = 0 THEN 0
    ELSE instr(substr(x, start), needle) + start - 1 END`,
  `sf_left(x, n) AS CASE WHEN n <= 0 THEN CASE WHEN x IS NULL THEN NULL ELSE '' END ELSE left(x, n) END`,
  `sf_right(x, n) AS CASE WHEN n <= 0 THEN CASE WHEN x IS NULL THEN NULL ELSE '' END ELSE right(x, n) END`,
  `sf_lpad(x, n, fill) AS CASE WHEN x IS NULL OR n IS NULL OR fill IS NULL THEN NULL
    WHEN n <= 0 THEN '' WHEN fill = '' THEN left(x, n) ELSE lpad(x, CAST(n AS INTEGER), fill) END`,
  `sf_rpad(x, n, fill) AS CASE WHEN x IS NULL OR n IS NULL OR fill IS NULL THEN NULL
    WHEN n <= 0 THEN '' WHEN fill = '' THEN left(x, n) ELSE rpad(x, CAST(n AS INTEGER), fill) END`,
  `sf_split_part(x, separator, part) AS CASE
    WHEN x IS NULL OR separator IS NULL OR part IS NULL THEN NULL
    WHEN separator = '' THEN CASE WHEN part IN (0, 1, -1) THEN x ELSE '' END
    ELSE coalesce(string_split(x, separator)[CASE WHEN part = 0 THEN 1 ELSE part END], '') END`,
  `sf_strtok(x, separators, part) AS list_filter(string_split(
    translate(x, separators, repeat(separators[1], length(separators))), separators[1]), lambda w: w <> '')[part]`,
  `sf_insert(x, start, length, inserted) AS left(x, start - 1) || inserted || substr(x, start + length)`,
  `sf_regexp_count(x, pattern, start) AS len(regexp_extract_all(substr(x, start), pattern))`,
  `sf_regexp_substr(x, pattern, start, occurrence, part) AS
    regexp_extract_all(substr(x, start), pattern, part)[occurrence]`,
  `sf_regexp_instr(x, pattern, start) AS CASE
    WHEN x IS NULL OR pattern IS NULL THEN NULL
    WHEN NOT regexp_matches(substr(x, start), pattern) THEN 0
    ELSE instr(substr(x, start), regexp_extract(substr(x, start), pattern)) + start - 1 END`,
]
