/**
 * Moments with what the engine's own types have no room for: structs of the moment itself (`at`), the digits seven to nine
 * of its second's fraction (`nanos`), and for TIMESTAMP_TZ the minutes that its zone is ahead of UTC (`ahead`).
 * In this order they sort as the moments do. What is named several times stands in a list of one, and is computed once.
 */
export const exactMomentMacros: readonly string[] = [
  // Text and the moment that it holds: of its digits as many as the type keeps behind the sixth.
  `sf_exact(x, moment, digits) AS list_transform([moment], lambda t:
    CASE WHEN t IS NOT NULL THEN {'at': t, 'nanos': sf_nanos(x, digits)} END)[1]`,
  `sf_exact_zoned(x, moment, digits) AS list_transform([moment], lambda t:
    CASE WHEN t IS NOT NULL THEN {'at': t, 'nanos': sf_nanos(x, digits), 'ahead': sf_ahead(x, t)} END)[1]`,
  `sf_nanos(x, digits) AS
    CAST(rpad(left(regexp_extract(x, ':\\d{1,2}\\.\\d{6}(\\d{1,3})', 1), digits), 3, '0') AS SMALLINT)`,
  // Text without a zone is in the session's.
  `sf_ahead(x, t) AS CAST(list_transform([coalesce(
      nullif(regexp_extract(trim(x), ':\\d{1,2}(?:\\.\\d*)?\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)$', 1), ''),
      strftime(t, '%z'))], lambda zone: sf_minutes(zone))[1] AS SMALLINT)`,
  `sf_minutes(zone) AS CASE WHEN zone = 'Z' THEN 0 ELSE CAST(zone[1] || '1' AS INTEGER)
    * (CAST(zone[2:3] AS INTEGER) * 60 + CASE WHEN length(zone) > 3
      THEN CAST(left(replace(zone[4:], ':', ''), 2) AS INTEGER) ELSE 0 END) END`,
  // A moment of the engine's.
  `sf_struct(t) AS CASE WHEN t IS NOT NULL THEN {'at': t, 'nanos': CAST(0 AS SMALLINT)} END`,
  `sf_struct_zoned(t) AS CASE WHEN t IS NOT NULL
    THEN {'at': t, 'nanos': CAST(0 AS SMALLINT), 'ahead': CAST(sf_minutes(strftime(t, '%z')) AS SMALLINT)} END`,
  // Such a struct as text with nine digits.
  `sf_wire_time(moment) AS list_transform([moment], lambda m:
    strftime(DATE '1970-01-01' + m['at'], '%H:%M:%S.%f') || sf_last_digits(m))[1]`,
  `sf_wire_timestamp(moment) AS list_transform([moment], lambda m:
    strftime(m['at'], '%Y-%m-%d %H:%M:%S.%f') || sf_last_digits(m))[1]`,
  `sf_wire_local(moment) AS list_transform([moment], lambda m:
    strftime(m['at'], '%Y-%m-%d %H:%M:%S.%f') || sf_last_digits(m) || ' ' || sf_zone_offset(m['at']))[1]`,
  `sf_wire_zoned(moment) AS list_transform([moment], lambda m:
    strftime((m['at'] AT TIME ZONE 'UTC') + to_minutes(m['ahead']), '%Y-%m-%d %H:%M:%S.%f') || sf_last_digits(m)
    || CASE WHEN m['ahead'] < 0 THEN ' -' ELSE ' +' END
    || lpad(CAST(abs(m['ahead']) // 60 AS VARCHAR), 2, '0') || lpad(CAST(abs(m['ahead']) % 60 AS VARCHAR), 2, '0'))[1]`,
  // As casts make text of one.
  `sf_own_zone_text(moment) AS list_transform([sf_wire_zoned(moment)], lambda x: left(x, 23) || right(x, 6))[1]`,
  `sf_wall(moment) AS list_transform([moment], lambda m:
    (m['at'] AT TIME ZONE 'UTC') + to_minutes(m['ahead']))[1]`,
  `sf_wall_struct(moment) AS list_transform([moment], lambda m:
    CASE WHEN m IS NOT NULL THEN {'at': sf_wall(m), 'nanos': m['nanos']} END)[1]`,
  `sf_last_digits(m) AS lpad(CAST(m['nanos'] AS VARCHAR), 3, '0')`,
]
