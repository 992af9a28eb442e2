import type { Architecture } from './images/image-platform.ts'

/** A kind of node that a compute pool is made of. */
export interface InstanceFamily {
  readonly name: string
  /** Usable by containers. */
  readonly vcpu: number
  readonly memoryGiB: number
  readonly storageGiB: number
  readonly gpu: string | null
  readonly gpuCount: number
  readonly gpuMemoryGiB: number | null
}

/**
 * The families of AWS, the present and the previous generation.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/instance-families
 */
export const INSTANCE_FAMILIES: readonly InstanceFamily[] = [
  family('CPU_X64_XS', 1, 6),
  family('CPU_X64_S', 3, 13),
  family('CPU_X64_M', 6, 28),
  family('CPU_X64_SL', 14, 58),
  family('CPU_X64_L', 28, 116),
  family('HIGHMEM_X64_S', 6, 58),
  family('HIGHMEM_X64_M', 28, 240),
  family('HIGHMEM_X64_L', 124, 984),
  family('GEN_X64_G2_2', 1, 6),
  family('GEN_X64_G2_4', 3, 13),
  family('GEN_X64_G2_8', 6, 28),
  family('GEN_X64_G2_32', 28, 116),
  family('GEN_ARM_G1_2', 1, 6),
  family('GEN_ARM_G1_4', 3, 13),
  family('GEN_ARM_G1_8', 6, 28),
  family('GEN_ARM_G1_16', 14, 58),
  family('GEN_ARM_G1_32', 28, 116),
  family('MEM_X64_G2_8', 6, 58),
  family('MEM_X64_G2_32', 28, 240),
  family('MEM_X64_G2_64', 60, 492),
  family('MEM_X64_G2_192', 188, 1436),
  family('GPU_NV_S', 6, 28, 'NVIDIA A10G', 1, 24),
  family('GPU_NV_M', 44, 178, 'NVIDIA A10G', 4, 24),
  family('GPU_NV_L', 92, 1112, 'NVIDIA A100', 8, 40),
]

/** What the nodes of a family run, by its name. */
export function nodeArchitecture(name: string): Architecture {
  return name.startsWith('GEN_ARM_') ? 'arm64' : 'amd64'
}

/** A family by name, in any case. */
export function maybeInstanceFamily(name: string): InstanceFamily | undefined {
  return INSTANCE_FAMILIES.find((one) => one.name === name.toUpperCase())
}

function family(
  name: string,
  vcpu: number,
  memoryGiB: number,
  gpu: string | null = null,
  gpuCount = 0,
  gpuMemoryGiB: number | null = null,
): InstanceFamily {
  return { name, vcpu, memoryGiB, storageGiB: 93.13, gpu, gpuCount, gpuMemoryGiB }
}
