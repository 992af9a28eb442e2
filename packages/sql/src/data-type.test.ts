import { describe, expect, test } from 'vitest'
import { parseDataType, printDataType } from './data-type.ts'

describe('parseDataType()', () => {
  test.each([
    ['NUMBER', 'NUMBER(38,0)'],
    ['decimal(10, 2)', 'NUMBER(10,2)'],
    ['NUMBER(5)', 'NUMBER(5,0)'],
    ['int', 'NUMBER(38,0)'],
    ['float', 'FLOAT'],
    ['double  precision', 'FLOAT'],
    ['VARCHAR', 'VARCHAR(16777216)'],
    ['string', 'VARCHAR(16777216)'],
    ['char', 'VARCHAR(1)'],
    ['varchar(20)', 'VARCHAR(20)'],
    ['binary', 'BINARY(8388608)'],
    ['boolean', 'BOOLEAN'],
    ['date', 'DATE'],
    ['time(3)', 'TIME(3)'],
    ['timestamp', 'TIMESTAMP_NTZ(9)'],
    ['timestamp_ltz(6)', 'TIMESTAMP_LTZ(6)'],
    ['timestamp with time zone', 'TIMESTAMP_TZ(9)'],
    ['variant', 'VARIANT'],
  ])('%s is %s', (text, printed) => {
    expect(printDataType(parseDataType(text))).toBe(printed)
  })

  test.each(['', 'NUMBR', 'NUMBER(', 'VARCHAR(x)'])('refuses %j and lists the types', (text) => {
    expect(() => parseDataType(text)).toThrow(
      expect.objectContaining({
        code: 'DATA_TYPE_UNKNOWN',
        hint: expect.stringContaining('NUMBER'),
      }),
    )
  })
})
