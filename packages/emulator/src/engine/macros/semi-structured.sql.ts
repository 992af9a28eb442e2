/** VARIANT, OBJECT and ARRAY, which are JSON in the engine. */
export const semiStructuredMacros: readonly string[] = [
  `sf_parse_json(x) AS CASE WHEN trim(x) = '' THEN NULL WHEN json_valid(x) THEN json(x)
    ELSE error('SF|100069|22P02|Error parsing JSON: ' || x) END`,
  `sf_try_parse_json(x) AS CASE WHEN trim(x) <> '' AND json_valid(x) THEN json(x) END`,
  `sf_object(j) AS CASE json_type(j) WHEN 'OBJECT' THEN j WHEN 'NULL' THEN NULL
    ELSE error('SF|100071|22000|Failed to cast variant value ' || CAST(j AS VARCHAR) || ' to OBJECT') END`,
  `sf_array(j) AS CASE WHEN j IS NULL OR json_type(j) = 'NULL' THEN NULL WHEN json_type(j) = 'ARRAY' THEN j
    ELSE json_array(j) END`,
  `sf_items(j) AS CAST(j AS JSON[])`,
  `sf_typeof(j) AS CASE json_type(j)
    WHEN 'NULL' THEN 'NULL_VALUE' WHEN 'UBIGINT' THEN 'INTEGER' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'HUGEINT' THEN 'INTEGER'
    WHEN 'DOUBLE' THEN CASE WHEN CAST(j AS VARCHAR) LIKE '%e%' THEN 'DOUBLE' ELSE 'DECIMAL' END
    WHEN 'VARCHAR' THEN 'VARCHAR' ELSE json_type(j) END`,
  `sf_get_index(j, i) AS CASE WHEN i >= 0 THEN json_extract(j, '$[' || CAST(i AS BIGINT) || ']') END`,
  `sf_get_key(j, k) AS json_extract(j, '$."' || replace(k, '"', '\\"') || '"')`,
  `sf_array_slice(j, start, stop) AS CASE WHEN j IS NULL OR start IS NULL OR stop IS NULL THEN NULL
    ELSE to_json(list_slice(sf_items(j),
      (CASE WHEN start < 0 THEN greatest(0, json_array_length(j) + start) ELSE start END) + 1,
      CASE WHEN stop < 0 THEN json_array_length(j) + stop ELSE stop END)) END`,
  `sf_scalar_text(j) AS coalesce(j ->> '$', '')`,
  `sf_array_to_string(j, separator) AS
    array_to_string(list_transform(sf_items(j), lambda item: sf_scalar_text(item)), separator)`,
  `sf_list_json(items) AS to_json(coalesce(items, []))`,
  `sf_member(j, k) AS CAST(to_json(k) AS VARCHAR) || ':' || CAST(sf_get_key(j, k) AS VARCHAR)`,
  `sf_object_pick(j, names) AS CASE WHEN j IS NOT NULL THEN CAST('{' || array_to_string(list_transform(
    list_filter(json_keys(j), lambda k: list_contains(names, k)), lambda k: sf_member(j, k)), ',') || '}' AS JSON) END`,
  `sf_object_delete(j, names) AS CASE WHEN j IS NOT NULL THEN CAST('{' || array_to_string(list_transform(
    list_filter(json_keys(j), lambda k: NOT list_contains(names, k)), lambda k: sf_member(j, k)), ',') || '}' AS JSON) END`,
  // A value of NULL adds nothing.
  `sf_object_put(j, k, v) AS CASE WHEN v IS NULL THEN j ELSE CAST(
    left(CAST(json(j) AS VARCHAR), -1) || CASE WHEN len(json_keys(j)) = 0 THEN '' ELSE ',' END
    || CAST(to_json(k) AS VARCHAR) || ':' || CAST(v AS VARCHAR) || '}' AS JSON) END`,
  `sf_object_insert(j, k, v) AS CASE WHEN list_contains(json_keys(j), k)
    THEN error('SF|100204|22000|Duplicate field key ''' || k || '''') ELSE sf_object_put(j, k, v) END`,
  `sf_array_distinct(j) AS sf_list_json(list_filter(sf_items(j),
    lambda x, i: list_position(sf_items(j), x) = i))`,
  `sf_flatten(j, mode, prefix, keep_empty) AS list_concat(
    CASE WHEN json_type(j) = 'ARRAY' AND mode IN ('ARRAY', 'BOTH') THEN list_transform(sf_items(j), lambda v, i:
      {'key': CAST(NULL AS VARCHAR), 'path': prefix || '[' || (i - 1) || ']', 'index': i - 1, 'value': v, 'this': j})
    WHEN json_type(j) = 'OBJECT' AND mode IN ('OBJECT', 'BOTH') THEN list_transform(json_keys(j), lambda k:
      {'key': k, 'path': CASE WHEN prefix = '' THEN k ELSE prefix || '.' || k END, 'index': CAST(NULL AS BIGINT), 'value': sf_get_key(j, k), 'this': j})
    ELSE [] END,
    CASE WHEN keep_empty AND (j IS NULL OR json_type(j) NOT IN ('ARRAY', 'OBJECT')
        OR (json_type(j) = 'ARRAY' AND json_array_length(j) = 0) OR (json_type(j) = 'OBJECT' AND len(json_keys(j)) = 0))
      THEN [{'key': CAST(NULL AS VARCHAR), 'path': CAST(NULL AS VARCHAR), 'index': CAST(NULL AS BIGINT), 'value': CAST(NULL AS JSON), 'this': j}]
      ELSE [] END)`,
]
