// A program as a user writes it: the quickstart's last step, and nothing of this project's around it.
import { callUdf, col, DataFrameSession } from '@spcs/dataframe'
import { connect } from '@spcs/session'

const [accessUrl] = process.argv.slice(2)
await using session = new DataFrameSession(
  await connect({
    accessUrl,
    user: 'admin',
    password: 'admin',
    database: 'CONTAINER_HOL_DB',
    schema: 'PUBLIC',
  }),
)
await session
  .table('weather')
  .withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C')))
  .show()
