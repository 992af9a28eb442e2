import { defineServiceFunction } from '@spcs/service-function'

export function celsiusToFahrenheit(celsius: number): number {
  return (celsius * 9) / 5 + 32
}

/** `CONVERT_UDF(TEMP_C FLOAT) RETURNS FLOAT`, answered at /convert. */
export const CONVERT_UDF = defineServiceFunction({
  name: 'CONVERT_UDF',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  maxBatchRows: 5,
  comment: 'Degrees Celsius to degrees Fahrenheit',
  handler: celsiusToFahrenheit,
})
