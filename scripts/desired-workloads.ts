import { readFile } from 'node:fs/promises'
import {
  type DesiredState,
  type Image,
  imageReference,
  type Service,
  specificationPath,
} from '@spcs/deploy'
import { parseName } from '@spcs/sql'
import { isBuilt, PROJECT, type SpcsConfig, type Workload } from './config.ts'
import type { PushedImages } from './images.ts'

/** The workloads as deploy wants them: each specification's text, with the pushed image in it. */
export async function desiredWorkloads(
  { workloads }: SpcsConfig,
  pushed: PushedImages,
): Promise<DesiredState> {
  const services = workloads.map((workload) => desiredService(workload, pushed))
  const functions = workloads.flatMap((workload) =>
    workload.functions.map((fn) => ({ ...fn, service: workload.service })),
  )
  const grants = workloads.flatMap(({ service, serviceRoles = [] }) =>
    serviceRoles.map(({ name, toRole }) => ({ serviceRole: { service, name }, toRole })),
  )
  return { services: await Promise.all(services), functions, grants }
}

/** Where images will be once they are pushed: known before, so that a plan can say whether they move. */
export function plannedImages(
  { imageRepository }: SpcsConfig,
  built: ReadonlyMap<Workload, Image>,
): PushedImages {
  // The host is no part of a reference; the account may have no repository yet.
  const repository = ['registry', ...parseName(imageRepository)].join('/').toLowerCase()
  return new Map(
    [...built].map(([{ name }, image]) => {
      const reference = imageReference(image, repository)
      return [name, { digest: image.digest, reference, sentBytes: 0 }]
    }),
  )
}

async function desiredService(workload: Workload, pushed: PushedImages): Promise<Service> {
  const { name, service, spec, specOnStage, computePool } = workload
  const text = await readFile(new URL(spec, PROJECT), 'utf8')
  const { reference = '', digest } = pushed.get(name) ?? {}
  return {
    name: service,
    computePool,
    source: {
      text,
      stageFile: specificationPath(specOnStage, service, text),
      using: isBuilt(workload) ? { image: reference } : undefined,
      digests: digest === undefined ? {} : { [reference]: digest },
    },
    autoSuspendSecs: workload.autoSuspendSecs,
    externalAccessIntegrations: workload.externalAccessIntegrations,
    autoResume: workload.autoResume,
    minInstances: workload.minInstances,
    minReadyInstances: workload.minReadyInstances,
    maxInstances: workload.maxInstances,
    logLevel: workload.logLevel,
    queryWarehouse: workload.queryWarehouse,
    comment: workload.comment,
  }
}
