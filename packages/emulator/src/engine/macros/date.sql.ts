/** Dates and times. Weeks begin on Monday; differences count the boundaries that lie between. */
export const dateMacros: readonly string[] = [
  `sf_zone_offset(x) AS CASE length(strftime(x, '%z')) WHEN 3 THEN strftime(x, '%z') || '00'
    ELSE replace(strftime(x, '%z'), ':', '') END`,
  `sf_zoned_text(x) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g ') || sf_zone_offset(x)`,
  `sf_week_difference(a, b) AS date_diff('day', date_trunc('week', a), date_trunc('week', b)) // 7`,
  `sf_add_months(d, n) AS CASE WHEN d = last_day(d) THEN last_day(CAST(d + to_months(n) AS DATE))
    ELSE CAST(d + to_months(n) AS DATE) END`,
  // Whole months when both are the same day, or both the last of their month; else the rest in 31sts.
  `sf_months_between(a, b) AS CASE
    WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b))
      THEN (year(a) - year(b)) * 12 + month(a) - month(b)
    ELSE (year(a) - year(b)) * 12 + month(a) - month(b)
      + ((day(a) - day(b)) * 86400 + (epoch(CAST(a AS TIMESTAMP)) % 86400 - epoch(CAST(b AS TIMESTAMP)) % 86400)) / (31 * 86400) END`,
  `sf_next_day(d, weekday) AS CAST(d + to_days(CAST((weekday - isodow(d) + 6) % 7 + 1 AS INTEGER)) AS DATE)`,
  `sf_previous_day(d, weekday) AS CAST(d - to_days(CAST((isodow(d) - weekday + 6) % 7 + 1 AS INTEGER)) AS DATE)`,
  `sf_weekday(name) AS CASE lower(left(trim(name), 2)) WHEN 'mo' THEN 1 WHEN 'tu' THEN 2 WHEN 'we' THEN 3
    WHEN 'th' THEN 4 WHEN 'fr' THEN 5 WHEN 'sa' THEN 6 WHEN 'su' THEN 7
    ELSE error('SF|100177|22023|Invalid day of week: ' || name) END`,
  // Parts beyond their range carry over: the 0th of March is the last of February.
  `sf_date_from_parts(y, m, d) AS
    CAST(make_date(CAST(y AS BIGINT), 1, 1) + to_months(CAST(m - 1 AS INTEGER)) + to_days(CAST(d - 1 AS INTEGER)) AS DATE)`,
  `sf_timestamp_from_parts(y, m, d, h, mi, s, ns) AS
    CAST(sf_date_from_parts(y, m, d) AS TIMESTAMP) + to_hours(CAST(h AS BIGINT)) + to_minutes(CAST(mi AS BIGINT))
    + to_seconds(CAST(s AS DOUBLE)) + to_microseconds(CAST(ns AS BIGINT) // 1000)`,
  `sf_parsed(x, format, name) AS CASE WHEN x IS NOT NULL THEN coalesce(try_strptime(x, format),
    error('SF|100096|22007|Can''t parse ''' || x || ''' as ' || name)) END`,
]
