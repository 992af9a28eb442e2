import { fixedRates } from './src/exchange-rates.ts'
import { catalogFunctions } from './src/functions.ts'

/** Where the service goes. */
export interface CatalogPlace {
  readonly computePool: string
  /** A name with the database and schema of the project: `SLUGIFY` is `APP_DB.PUBLIC.SLUGIFY`. */
  readonly inSchema: (name: string) => string
}

/** The service as one of the `workloads` in spcs.config.ts. */
export function catalogWorkload({ computePool, inSchema }: CatalogPlace) {
  return {
    name: 'catalog-functions',
    entryPoint: 'examples/catalog-functions/src/main.ts',
    port: 9090,
    spec: 'examples/catalog-functions/service.yaml',
    specOnStage: `@${inSchema('SPECS')}`,
    service: inSchema('CATALOG_FUNCTIONS'),
    computePool,
    functions: catalogFunctions(fixedRates).map((definition) => ({
      definition,
      name: inSchema(definition.name),
      endpoint: 'catalog',
    })),
  }
}
