// A program that knows nothing of this project: the official driver and an address are enough.
import snowflake from 'snowflake-sdk'

const [accessUrl] = process.argv.slice(2)
snowflake.configure({ logLevel: 'OFF' })
const connection = snowflake.createConnection({
  accessUrl,
  account: 'local',
  username: 'admin',
  password: 'admin',
  database: 'CONTAINER_HOL_DB',
  schema: 'PUBLIC',
})
await connection.connectAsync()
const execute = (sqlText) =>
  new Promise((resolve, reject) => {
    const complete = (error, _statement, rows) => (error ? reject(error) : resolve(rows))
    connection.execute({ sqlText, complete })
  })
console.log(
  JSON.stringify({
    one: await execute('SELECT CONVERT_UDF(12) AS F'),
    all: await execute('SELECT LOCATION, TEMP_F FROM WEATHER WHERE TEMP_C > 19 ORDER BY TEMP_C'),
  }),
)
await new Promise((resolve) => connection.destroy(resolve))
