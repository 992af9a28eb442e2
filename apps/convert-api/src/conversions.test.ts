import { createFunctionSql } from '@spcs/service-function'
import { describe, expect, test } from 'vitest'
import { celsiusToFahrenheit, CONVERT_UDF } from './conversions.ts'

describe('celsiusToFahrenheit()', () => {
  test.each([
    [15, 59],
    [17, 62.6],
    [-40, -40],
    [0, 32],
  ])('turns %d °C into %d °F', (celsius, fahrenheit) => {
    expect(celsiusToFahrenheit(celsius)).toBe(fahrenheit)
  })
})

describe('CONVERT_UDF', () => {
  test("is the quickstart's function in SQL", () => {
    const options = { service: 'CONVERT_API', endpoint: 'convert-api', orReplace: true }
    expect(createFunctionSql(CONVERT_UDF, options)).toBe(
      `CREATE OR REPLACE FUNCTION CONVERT_UDF (TEMP_C FLOAT)
  RETURNS FLOAT
  RETURNS NULL ON NULL INPUT
  SERVICE = CONVERT_API
  ENDPOINT = 'convert-api'
  COMMENT = 'Degrees Celsius to degrees Fahrenheit'
  MAX_BATCH_ROWS = 5
  AS '/convert'`,
    )
  })
})
