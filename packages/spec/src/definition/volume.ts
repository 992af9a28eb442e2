import { isMap, isScalar } from 'yaml'

import { nearestName } from '../nearest-name.ts'
import { fieldPlace, nameField, type Place } from '../reading/place.ts'
import { isOpen, isTemplated, type Reading, type YamlValue } from '../reading/reading.ts'
import type {
  BlockConfig,
  BlockVolume,
  LegacyStageVolume,
  LocalVolume,
  MemoryVolume,
  StageConfig,
  StageMountQuantities,
  StageMountResources,
  StageVolume,
  Volume,
} from '../service-spec.ts'
import { choice } from '../shapes/choice.ts'
import { keyPairs } from '../shapes/key-pairs.ts'
import { record } from '../shapes/record.ts'
import { optional, required, withDefault } from '../shapes/record-options.ts'
import { boolean, integer } from '../shapes/scalar.ts'
import type { JsonSchema, Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'
import { dnsLabel, filledText } from './names.ts'
import { cpu, memory } from './resources.ts'

const SOURCES = 'local, memory, block or stage'
const IDENTIFIER = '(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"]|"")+")'
const STAGE = new RegExp(String.raw`^@${IDENTIFIER}(?:\.${IDENTIFIER}){0,2}(?:/.*)?$`)

const name = required(dnsLabel('Name of the volume, for volumeMounts.', 'volume'))
const uid = optional(
  integer({ description: 'User who owns the files; the one the container runs as.', minimum: 0 }),
)
const gid = optional(integer({ description: 'Group that owns the files.', minimum: 0 }))

const local: Shape<LocalVolume> = record<LocalVolume>({
  description: 'The node’s disk, lost with the instance.',
  fields: { name, source: required(choice('The node’s disk.', ['local'])) },
})

const inMemory: Shape<MemoryVolume> = record<MemoryVolume>({
  description: 'A file system in RAM.',
  fields: {
    name,
    source: required(choice('RAM; it counts toward the memory of the containers.', ['memory'])),
    size: required(memory('How much it may hold.')),
  },
})

const blockConfig: Shape<BlockConfig> = record<BlockConfig>({
  description: 'How the block volume is made and kept.',
  fields: {
    initialContents: optional(
      record<{ readonly fromSnapshot: string }>({
        description: 'What a new volume holds.',
        fields: { fromSnapshot: required(filledText('Name of a snapshot.')) },
      }),
    ),
    iops: optional(
      integer({ description: 'Operations a second.', minimum: 2000, maximum: 160_000 }),
    ),
    throughput: optional(integer({ description: 'MiB a second.', minimum: 125, maximum: 2400 })),
    encryption: optional(choice('Who holds the key.', ['SNOWFLAKE_SSE', 'SNOWFLAKE_FULL'])),
    snapshotOnDelete: optional(
      boolean('Take a snapshot before the volume goes; true for services.'),
    ),
    snapshotDeleteAfter: optional(
      text({
        description: 'How long that snapshot is kept; 7d by default.',
        examples: ['7d'],
        pattern: /^\d+[hd]$/,
        expected: 'hours or days',
        hint: 'Write it like 12h or 7d',
      }),
    ),
  },
})

const block: Shape<BlockVolume> = record<BlockVolume>({
  description: 'A network disk for each instance, kept over suspends and upgrades.',
  fields: {
    name,
    source: required(choice('A network disk for each instance.', ['block'])),
    size: required(
      text({
        description: 'Whole gibibytes.',
        examples: ['10Gi'],
        pattern: /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-6])Gi$/,
        expected: 'whole gibibytes from 1Gi to 65536Gi',
        hint: 'Write it like 10Gi',
      }),
    ),
    uid,
    gid,
    blockConfig: optional(blockConfig),
  },
})

function mountQuantities(
  description: string,
  memorySize: string,
  cores: string,
): Shape<StageMountQuantities> {
  return record<StageMountQuantities>({
    description,
    fields: {
      memory: withDefault(memory('Memory of the mount’s own container.'), memorySize),
      cpu: withDefault(cpu('Cores of the mount’s own container.'), cores),
    },
  })
}

const MOUNT_RESOURCES: StageMountResources = {
  requests: { memory: '0.5Gi', cpu: '0' },
  limits: { memory: '1Gi', cpu: '0.5' },
}

const stageConfig: Shape<StageConfig> = record<StageConfig>({
  description: 'Which stage, and how it is served.',
  fields: {
    name: required(
      text({
        description: 'The stage and a folder in it.',
        examples: ['@my_db.public.volumes/notebook'],
        pattern: STAGE,
        expected: '"@[db.][schema.]stage[/path]"',
        hint: (stage) => (STAGE.test(`@${stage}`) ? `Write "@${stage}"` : 'Name an internal stage'),
      }),
    ),
    metadataCache: optional(
      text({
        description: 'How long what is known of the files is kept; without it nothing is cached.',
        examples: ['30s', '5m'],
        pattern: /^(?=\d)(?:\d+h)?(?:\d+m)?(?:\d+s)?$/,
        expected: 'a duration',
        hint: 'Write it like 90s, 5m or 1h30m45s',
      }),
    ),
    resources: withDefault(
      record<StageMountResources>({
        description: 'Resources of the container that serves the mount.',
        fields: {
          requests: withDefault(
            mountQuantities('What it is promised.', '0.5Gi', '0'),
            MOUNT_RESOURCES.requests,
          ),
          limits: withDefault(
            mountQuantities('The most it may use.', '1Gi', '0.5'),
            MOUNT_RESOURCES.limits,
          ),
        },
      }),
      MOUNT_RESOURCES,
    ),
  },
})

const stage: Shape<StageVolume> = record<StageVolume>({
  description: 'A folder of an internal stage: no append, no random write, no rename.',
  fields: {
    name,
    source: required(choice('An internal stage.', ['stage'])),
    uid,
    gid,
    stageConfig: required(stageConfig),
  },
})

const legacyStage: Shape<LegacyStageVolume> = record<LegacyStageVolume>({
  description: 'The deprecated form of a stage volume: write source stage and stageConfig instead.',
  fields: {
    name,
    source: required(
      text<`@${string}`>({
        description: 'The stage itself, in the deprecated form.',
        pattern: STAGE,
        expected: `${SOURCES}, or a stage as "@[db.][schema.]stage[/path]"`,
        warning: (source) => [
          `volume source "${source}" is the deprecated form of a stage volume`,
          `Write source: stage, and below it stageConfig: {name: "${source}"}`,
        ],
      }),
    ),
    uid,
    gid,
  },
})

const VARIANTS = { local, memory: inMemory, block, stage } as const

/** A volume of any kind: its source tells which. */
export const volume: Shape<Volume> = {
  read(node, place, reading) {
    const source = isMap(node) ? reading.resolve(node.get('source', true)) : undefined
    const shape = variantOf(isScalar(source) ? source.value : undefined)
    if (shape !== undefined) return shape.read(node, place, reading)
    // Without its source nothing is known of a volume but its name.
    readName(node, place, reading)
    reportSource(node, source, place, reading)
    return undefined
  },
  write: (value) => variantOf(value.source)?.write(value),
  schema: volumeSchema(),
}

function variantOf(source: unknown): Shape<Volume> | undefined {
  if (typeof source !== 'string') return undefined
  if (source.startsWith('@')) return legacyStage
  return Object.entries(VARIANTS).find(([kind]) => kind === source)?.[1]
}

function readName(node: YamlValue, place: Place, reading: Reading): void {
  const pair = isMap(node) ? keyPairs(node, reading).get('name') : undefined
  if (pair === undefined) reading.names.leaveOpen()
  else name.shape.read(pair.value, fieldPlace(place, 'name', pair.offset), reading)
}

function reportSource(node: YamlValue, source: YamlValue, place: Place, reading: Reading): void {
  if (isOpen(node) || isTemplated(source)) return
  if (!isMap(node)) {
    reading.unexpected(
      node,
      place,
      'a mapping',
      'Its keys are name, source and those of its source',
    )
    return
  }
  if (source === undefined) {
    reading.problem(place, `missing ${nameField('source', place.name)}`, `Add one of ${SOURCES}`)
    return
  }
  const written = isScalar(source) ? String(source.value) : ''
  const nearest = nearestName(written, Object.keys(VARIANTS))
  const hint =
    nearest === undefined ? 'Write source: stage for a stage' : `Did you mean '${nearest}'?`
  reading.unexpected(source, fieldPlace(place, 'source', place.offset), `one of ${SOURCES}`, hint)
}

/** Editors follow if and then better than a choice of five schemas. */
function volumeSchema(): JsonSchema {
  const kinds = Object.keys(VARIANTS)
  return {
    description: 'A place for files that containers mount.',
    type: 'object',
    properties: {
      source: {
        description: `Where the files are: ${SOURCES}.`,
        anyOf: [{ enum: kinds }, { type: 'string', pattern: '^@' }],
      },
    },
    required: ['source'],
    allOf: [
      ...Object.entries(VARIANTS).map(([kind, { schema }]) => whereSource({ const: kind }, schema)),
      whereSource({ type: 'string', pattern: '^@' }, legacyStage.schema),
    ],
  }
}

function whereSource(source: JsonSchema, schema: JsonSchema): JsonSchema {
  const condition = { properties: { source }, required: ['source'] }
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits it
  return { if: condition, then: schema }
}
