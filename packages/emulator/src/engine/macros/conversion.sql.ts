/** Text into other types, by what Snowflake's AUTO formats take. The \`try\` forms give NULL for what they cannot read. */
export const conversionMacros: readonly string[] = [
  `sf_try_boolean(x) AS CASE
    WHEN lower(trim(x)) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
    WHEN lower(trim(x)) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false END`,
  `sf_boolean(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_boolean(x),
    error('SF|100037|22018|Boolean value ''' || x || ''' is not recognized')) END`,
  // Whole numbers are seconds, or milli-, micro- or nanoseconds when they are too large for that.
  `sf_epoch(n) AS CASE
    WHEN abs(n) < 31536000000 THEN make_timestamp(n * 1000000)
    WHEN abs(n) < 31536000000000 THEN make_timestamp(n * 1000)
    WHEN abs(n) < 31536000000000000 THEN make_timestamp(n)
    ELSE make_timestamp(n // 1000) END`,
  `sf_try_timestamp(x) AS CASE
    WHEN regexp_full_match(trim(x), '-?\\d{5,18}') THEN sf_epoch(CAST(trim(x) AS BIGINT))
    WHEN regexp_full_match(trim(x), '\\d{4}-\\d{1,2}-\\d{1,2}.*')
      THEN TRY_CAST(regexp_replace(trim(x), '(:\\d{1,2}(?:\\.\\d*)?)\\s*(Z|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})$', '\\1') AS TIMESTAMP)
    ELSE try_strptime(trim(x), ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%d-%b-%Y', '%d-%b-%Y %H:%M:%S',
      '%a, %d %b %Y %H:%M:%S', '%a %b %d %H:%M:%S %Y', '%Y%m%d']) END`,
  `sf_timestamp(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_timestamp(x),
    error('SF|100035|22007|Timestamp ''' || x || ''' is not recognized')) END`,
  `sf_try_timestamptz(x) AS CASE
    WHEN regexp_full_match(trim(x), '-?\\d{5,18}')
      THEN CAST(CAST(sf_epoch(CAST(trim(x) AS BIGINT)) AS VARCHAR) || '+00' AS TIMESTAMPTZ)
    WHEN regexp_full_match(trim(x), '\\d{4}-\\d{1,2}-\\d{1,2}.*')
      THEN TRY_CAST(regexp_replace(regexp_replace(trim(x), '(\\d)\\s+([+-]\\d)', '\\1\\2'),
        '([+-]\\d{2})(\\d{2})$', '\\1:\\2') AS TIMESTAMPTZ)
    ELSE CAST(sf_try_timestamp(x) AS TIMESTAMPTZ) END`,
  `sf_timestamptz(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_timestamptz(x),
    error('SF|100035|22007|Timestamp ''' || x || ''' is not recognized')) END`,
  `sf_try_date(x) AS CAST(sf_try_timestamp(x) AS DATE)`,
  `sf_date(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_date(x),
    error('SF|100040|22007|Date ''' || x || ''' is not recognized')) END`,
  `sf_try_time(x) AS CASE WHEN regexp_full_match(trim(x), '\\d{1,2}:\\d{1,2}(:\\d{1,2}(\\.\\d*)?)?')
    THEN TRY_CAST(CASE WHEN regexp_full_match(trim(x), '\\d{1,2}:\\d{1,2}') THEN trim(x) || ':00' ELSE trim(x) END AS TIME)
    ELSE CAST(sf_try_timestamp(x) AS TIME) END`,
  `sf_time(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_time(x),
    error('SF|100108|22007|Time ''' || x || ''' is not recognized')) END`,
  `sf_try_binary(x) AS CASE WHEN regexp_full_match(x, '([0-9A-Fa-f]{2})*') THEN unhex(x) END`,
  `sf_binary(x) AS CASE WHEN x IS NOT NULL THEN coalesce(sf_try_binary(x),
    error('SF|100115|22000|The following string is not a legal hex-encoded value: ''' || x || '''')) END`,
  `sf_float_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END
    ELSE regexp_replace(CAST(x AS VARCHAR), '\\.0$', '') END`,
  `sf_fit(x, length) AS CASE WHEN length(x) > length
    THEN error('SF|100078|22000|String ''' || x || ''' is too long and would be truncated') ELSE x END`,
]
