/**
 * Moments with what the engine's own types have no room for: structs of the moment itself (`at`), the digits seven to nine
 * of its second's fraction (`nanos`), and for TIMESTAMP_TZ the minutes that its zone is ahead of UTC (`ahead`).
 * In this order they sort as the moments do.
 */
export const exactMomentMacros: readonly string[] = [
  // Text: of its digits as many as the type keeps behind the sixth.
  `sf_nanos(x, digits) AS
    CAST(rpad(left(regexp_extract(x, ':\\d{1,2}\\.\\d{6}(\\d{1,3})', 1), digits), 3, '0') AS SMALLINT)`,
  `sf_minutes(zone) AS CASE WHEN zone = 'Z' THEN 0 WHEN zone <> '' THEN CAST(zone[1] || '1' AS INTEGER)
    * (CAST(zone[2:3] AS INTEGER) * 60 + CASE WHEN length(zone) > 3 THEN CAST(right(zone, 2) AS INTEGER) ELSE 0 END) END`,
  // Text without a zone is in the session's.
  `sf_ahead(x, t) AS CAST(coalesce(
    sf_minutes(regexp_extract(trim(x), ':\\d{1,2}(?:\\.\\d*)?\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)$', 1)),
    sf_minutes(strftime(t, '%z'))) AS SMALLINT)`,
  `sf_exact(x, t, digits) AS CASE WHEN t IS NOT NULL THEN {'at': t, 'nanos': sf_nanos(x, digits)} END`,
  `sf_exact_zoned(x, t, digits) AS CASE WHEN t IS NOT NULL
    THEN {'at': t, 'nanos': sf_nanos(x, digits), 'ahead': sf_ahead(x, t)} END`,
  // The other way: nine digits, whatever they are.
  `sf_nine(text, nanos) AS text || lpad(CAST(nanos AS VARCHAR), 3, '0')`,
  `sf_wire_time(t, nanos) AS sf_nine(strftime(DATE '1970-01-01' + t, '%H:%M:%S.%f'), nanos)`,
  `sf_wire_timestamp(t, nanos) AS sf_nine(strftime(t, '%Y-%m-%d %H:%M:%S.%f'), nanos)`,
  `sf_wire_local(t, nanos) AS sf_wire_timestamp(t, nanos) || ' ' || sf_zone_offset(t)`,
  `sf_wire_zoned(t, nanos, ahead) AS sf_wire_timestamp((t AT TIME ZONE 'UTC') + to_minutes(ahead), nanos)
    || CASE WHEN ahead < 0 THEN ' -' ELSE ' +' END
    || lpad(CAST(abs(ahead) // 60 AS VARCHAR), 2, '0') || lpad(CAST(abs(ahead) % 60 AS VARCHAR), 2, '0')`,
]
