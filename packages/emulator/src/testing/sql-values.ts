/** A value that goes to a service function of its type, which gives it back. */
export interface SqlValue {
  /** Of the function's argument and of its result. */
  readonly type: string
  /** The value as SQL writes it. */
  readonly sql: string
  /** The argument in the request, and the result in the answer. */
  readonly json: string
  /** The result as drivers are told it; null for NULL. */
  readonly cell: string | null
  /** The same as a driver's user reads it, times with nine digits. */
  readonly shown: string | null
}

/** Every SQL type, with the values that get lost first. */
export const SQL_VALUES: readonly SqlValue[] = [
  same('NUMBER(38,0)', '12345678901234567890123456789012345678'),
  same('NUMBER(38,0)', '-99999999999999999999999999999999999999'),
  same('NUMBER(38,0)', '9007199254740993'),
  same('NUMBER(38,0)', '42'),
  same('NUMBER(18,0)', '-999999999999999999'),
  same('NUMBER(38,10)', '1234567890123456789012345678.0123456789'),
  same('NUMBER(38,10)', '-1234567.0000000001'),
  same('NUMBER(38,37)', '9.9999999999999999999999999999999999999'),
  value('NUMBER(38,10)', '1.5', '1.5', '1.5000000000'),
  value('NUMBER(10,2)', '1.50', '1.5', '1.50'),
  same('NUMBER(10,2)', '-12345678.99'),

  value('FLOAT', '62.599999999999994', '62.599999999999994', '62.599999999999994'),
  value('FLOAT', '1e308', '1e+308', '1e+308'),
  value('FLOAT', '5e-324', '5e-324', '5e-324'),
  value('FLOAT', `'-0'`, '-0.0', '-0', '-0.0'),
  value('FLOAT', `'NaN'`, '"NaN"', 'NaN'),
  value('FLOAT', `'inf'`, '"inf"', 'Infinity', 'inf'),
  value('FLOAT', `'-inf'`, '"-inf"', '-Infinity', '-inf'),

  text(`''`, ''),
  text(`'é 😀 – 漢字'`, 'é 😀 – 漢字'),
  text(String.raw`'it''s "quoted" \\ \n\r\t'`, 'it\'s "quoted" \\ \n\r\t'),
  text(String.raw`'a\0b\u0001'`, 'a\u0000b\u0001'),
  text(`'null'`, 'null'),

  value('BOOLEAN', 'TRUE', 'true', '1', 'true'),
  value('BOOLEAN', 'FALSE', 'false', '0', 'false'),

  value('BINARY', `'00abff'`, '"00ABFF"', '00ABFF'),
  value('BINARY', `''`, '""', ''),

  value('DATE', `'0001-01-01'`, '"0001-01-01"', '-719162', '0001-01-01'),
  value('DATE', `'1969-12-31'`, '"1969-12-31"', '-1', '1969-12-31'),
  value('DATE', `'9999-12-31'`, '"9999-12-31"', '2932896', '9999-12-31'),

  value('TIME', `'00:00:00'`, '"00:00:00.000000000"', '0.000000000', '00:00:00.000000000'),
  value(
    'TIME',
    `'23:59:59.123456789'`,
    '"23:59:59.123456789"',
    '86399.123456789',
    '23:59:59.123456789',
  ),
  value(
    'TIME(3)',
    `'23:59:59.123456789'`,
    '"23:59:59.123000000"',
    '86399.123',
    '23:59:59.123000000',
  ),

  timestamp('TIMESTAMP_NTZ', '0001-01-01 00:00:00.000000001', '', '-62135596799.999999999'),
  timestamp('TIMESTAMP_NTZ', '1969-12-31 23:59:59.999999999', '', '-0.000000001'),
  timestamp('TIMESTAMP_NTZ', '2024-01-02 03:04:05.123456789', '', '1704164645.123456789'),
  timestamp('TIMESTAMP_NTZ', '9999-12-31 23:59:59.999999999', '', '253402300799.999999999'),
  value(
    'TIMESTAMP_NTZ(7)',
    `'2024-01-02 03:04:05.123456789'`,
    '"2024-01-02 03:04:05.123456700"',
    '1704164645.1234567',
    '2024-01-02 03:04:05.123456700',
  ),

  timestamp('TIMESTAMP_LTZ', '2024-01-02 03:04:05.123456789', ' +0000', '1704164645.123456789'),
  value(
    'TIMESTAMP_LTZ',
    `'2024-01-02 03:04:05.123456789 +0530'`,
    '"2024-01-01 21:34:05.123456789 +0000"',
    '1704144845.123456789',
    '2024-01-01 21:34:05.123456789 +0000',
  ),

  timestamp('TIMESTAMP_TZ', '2024-01-02 03:04:05.123456789', ' +0530', '1704144845.123456789 1770'),
  timestamp('TIMESTAMP_TZ', '2024-01-02 03:04:05.100000000', ' -0330', '1704177245.100000000 1230'),
  timestamp('TIMESTAMP_TZ', '1970-01-01 00:59:59.999999999', ' +0100', '-0.000000001 1500'),
  timestamp('TIMESTAMP_TZ', '2024-01-02 03:04:05.000000000', ' +0000', '1704164645.000000000 1440'),

  document('VARIANT', '12345678901234567890123456789012345678'),
  document('VARIANT', '1.5'),
  document('VARIANT', '"text with \\"quotes\\" and 😀"'),
  document('VARIANT', 'true'),
  document('VARIANT', '{"a":[1,{"b":null}],"id":9007199254740993}'),
  document('OBJECT', '{"id":-9007199254740993,"none":null,"":{}}'),
  document('ARRAY', '[9007199254740993,null,"x",[],{}]'),
  // JSON's null and SQL's are one on the wire, and come back as SQL's.
  value('VARIANT', `PARSE_JSON('null')`, 'null', null),

  ...['NUMBER(38,0)', 'NUMBER(10,2)', 'FLOAT', 'VARCHAR', 'BOOLEAN', 'BINARY', 'DATE', 'TIME'].map(
    none,
  ),
  ...['TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ', 'VARIANT', 'OBJECT', 'ARRAY'].map(none),
]

function value(
  type: string,
  sql: string,
  json: string,
  cell: string | null,
  shown = cell,
): SqlValue {
  return { type, sql, json, cell, shown }
}

/** A number that is written alike everywhere. */
function same(type: string, number: string): SqlValue {
  return value(type, number, number, number)
}

function text(sql: string, cell: string): SqlValue {
  return value('VARCHAR', sql, JSON.stringify(cell), cell)
}

function timestamp(type: string, wall: string, zone: string, cell: string): SqlValue {
  return value(type, `'${wall}${zone}'`, `"${wall}${zone}"`, cell, `${wall}${zone}`)
}

function document(type: string, json: string): SqlValue {
  return value(type, `PARSE_JSON($$${json}$$)::${type}`, json, json)
}

function none(type: string): SqlValue {
  return value(type, 'NULL', 'null', null)
}
