import { expect, test } from 'vitest'
import { catalogWorkload } from '../../examples/catalog-functions/workload.ts'
import { DeployProject } from '../e2e/deploy-project.ts'

test('the catalog of examples is deployed and called from SQL', async () => {
  await using project = await DeployProject.start((config) => ({
    ...config,
    workloads: [
      catalogWorkload({
        computePool: 'CONTAINER_HOL_POOL',
        inSchema: (name) => `CONTAINER_HOL_DB.PUBLIC.${name}`,
      }),
    ],
  }))
  await project.deploy()
  const { rows } = await project.session.execute(
    `SELECT SLUGIFY(TITLE), TIDY_ATTRIBUTES(PARSE_JSON(ATTRIBUTES)::OBJECT):weight.value, EURO_PRICE(PRICE, CURRENCY)
     FROM VALUES ('Crème brûlée', '{"Weight ": "120 g"}', 10, 'USD'), (NULL, '{}', 10, 'XXX')
       AS CATALOG (TITLE, ATTRIBUTES, PRICE, CURRENCY)`,
  )
  expect(rows).toEqual([
    ['creme-brulee', 120, 9.24],
    [null, null, null],
  ])
})
