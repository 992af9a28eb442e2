/** Snowflake's functions that people write most. */
export const SNOWFLAKE_FUNCTIONS: readonly string[] =
  `abs acos add_months any_value approx_count_distinct approx_percentile array_agg array_append array_cat array_compact
  array_construct array_contains array_distinct array_intersection array_position array_size array_slice array_sort
  array_to_string as_array as_char as_date as_double as_integer as_object ascii asin atan atan2 avg base64_decode_string
  base64_encode bitand bitor bitxor booland boolor cbrt ceil charindex check_json chr coalesce collate concat concat_ws
  conditional_true_event contains convert_timezone corr cos count count_if cume_dist current_account current_database
  current_date current_role current_schema current_session current_time current_timestamp current_user
  current_warehouse date_part date_trunc dateadd datediff day dayname dayofweek dayofyear decode degrees dense_rank
  div0 div0null editdistance endswith equal_null exp factorial first_value flatten floor generate_series get get_path
  getdate greatest greatest_ignore_nulls hash hash_agg haversine hex_decode_string hex_encode hour ifnull iff initcap
  insert is_array is_boolean is_date is_integer is_null_value is_object jarowinkler_similarity kurtosis lag last_day
  last_value lead least least_ignore_nulls left len length listagg ln localtimestamp log lower lpad ltrim max max_by md5
  median min min_by minute mod mode month monthname months_between next_day nth_value ntile nullif nullifzero nvl nvl2
  object_agg object_construct object_construct_keep_null object_delete object_insert object_keys object_pick parse_json
  parse_url percent_rank percentile_cont percentile_disc pi position power quarter radians random randstr rank
  ratio_to_report regexp_count regexp_instr regexp_like regexp_replace regexp_substr regr_slope repeat replace reverse
  right round row_number rpad rtrim second seq1 seq2 seq4 seq8 sha1 sha2 sign sin skew soundex split split_part
  split_to_table sqrt square startswith stddev stddev_pop strip_null_value strtok substr substring sum sysdate tan
  time_slice timeadd timediff timestampadd timestampdiff to_array to_binary to_boolean to_char to_date to_decimal
  to_double to_json to_number to_object to_time to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz
  to_varchar to_variant translate trim trunc try_cast try_parse_json try_to_boolean try_to_date try_to_decimal
  try_to_double try_to_number try_to_time try_to_timestamp typeof unicode uniform upper uuid_string var_pop variance
  week weekofyear width_bucket year zeroifnull`
    .toUpperCase()
    .split(/\s+/)
