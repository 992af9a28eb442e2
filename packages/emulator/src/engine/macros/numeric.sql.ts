/** Numbers. Decimals are divided as whole numbers, so that no digit gets lost in a DOUBLE. */
export const numericMacros: readonly string[] = [
  `sf_divide(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero') ELSE a / b END`,
  // Half away from zero, as Snowflake rounds.
  `sf_quotient(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero')
    ELSE (a + sign(a) * (abs(b) // 2)) // b END`,
  `sf_modulo(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero') ELSE a % b END`,
  `sf_width_bucket(x, low, high, buckets) AS CASE
    WHEN x < low THEN 0 WHEN x >= high THEN buckets + 1
    ELSE CAST(floor((CAST(x AS DOUBLE) - low) / (CAST(high AS DOUBLE) - low) * buckets) AS BIGINT) + 1 END`,
  `sf_square_root(x) AS CASE WHEN x < 0
    THEN error('SF|100076|22023|Invalid floating point operation: sqrt(' || sf_float_text(x) || ')') ELSE sqrt(x) END`,
  // DuckDB's root of 27 is a little more than 3.
  `sf_cube_root(x) AS CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END`,
  `sf_logarithm(base, x) AS CASE WHEN x <= 0 OR base <= 0 OR base = 1
    THEN error('SF|100076|22023|Invalid floating point operation: log(' || sf_float_text(base) || ',' || sf_float_text(x) || ')')
    ELSE ln(x) / ln(base) END`,
  `sf_natural_logarithm(x) AS CASE WHEN x <= 0
    THEN error('SF|100076|22023|Invalid floating point operation: ln(' || sf_float_text(x) || ')') ELSE ln(x) END`,
]
