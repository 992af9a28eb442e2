import { isSameRecord, parseServiceComment } from '../objects/service-comment.ts'
import { objectName, textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { recordOf, type Service } from '../objects/service.ts'
import { isSpecificationPath } from '../stage-files.ts'
import { splitStagePath } from '../stage-path.ts'
import type { ActualState } from './actual-state.ts'
import type { DesiredState } from './desired-state.ts'
import type { DeployStep } from './plan-deploy.ts'

/** Removes the specifications that no service will go back to: of each service, two are kept. */
export function staleSpecifications(
  { services = [] }: DesiredState,
  actual: ActualState,
): DeployStep[] {
  return services.flatMap((service) => {
    const kept = keptFiles(service, actual)
    const { stageFile } = service.source
    if (stageFile === undefined || !isSpecificationPath(stageFile)) return []
    const { location } = splitStagePath(stageFile)
    return [...actual.files.keys()]
      .filter((path) => path.startsWith(`${location}/`) && isSpecificationPath(path))
      .filter((path) => !kept.includes(path))
      .map((path) => ({
        kind: 'remove' as const,
        object: objectName('file', path),
        sql: `REMOVE ${path}`,
        why: 'no service goes back to it',
        differences: [],
        after: [objectName('service', printTypedName(service.name))],
        onceReady: true,
      }))
  })
}

/** What the comment will record when the service is ready. */
function keptFiles(service: Service, actual: ActualState): (string | undefined)[] {
  const row = actual.objects.get(objectName('service', printTypedName(service.name)))
  const { current, previous } = parseServiceComment(textOf(row?.['comment']))
  const wanted = recordOf(service.source)
  return isSameRecord(wanted, current)
    ? [current?.file, previous?.file]
    : [wanted?.file, (current ?? previous)?.file]
}
