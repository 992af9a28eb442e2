import { dropGrantsOn } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { Service } from '../../catalog/objects.ts'

/** Takes a service out of the catalog and ends what runs of it. Functions that call it stay, and fail. */
export function removeService(service: Service, { account }: StatementContext): void {
  const { catalog } = account
  const key = catalog.services.keyOf(service)
  catalog.services.remove(key)
  dropGrantsOn(catalog, 'SERVICE', key)
  account.services.drop(service)
}
