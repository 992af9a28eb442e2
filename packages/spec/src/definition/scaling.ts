import type {
  AutoScalingPolicies,
  MetricCondition,
  ResourceManagement,
  ScalingCondition,
  ScalingStep,
  StepScaling,
} from '../service-spec.ts'
import { choice } from '../shapes/choice.ts'
import { dictionary } from '../shapes/dictionary.ts'
import { list } from '../shapes/list.ts'
import { record } from '../shapes/record.ts'
import { optional, required } from '../shapes/record-options.ts'
import { integer, number } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { filledText } from './names.ts'

const scalingStep: Shape<ScalingStep> = record<ScalingStep>({
  description: 'How many instances for which values of the metric.',
  fields: {
    lowerBound: optional(number({ description: 'From this value.' })),
    upperBound: optional(number({ description: 'Up to this value.' })),
    targetAdjustment: required(number({ description: 'By how much, or to what number.' })),
  },
})

const stepScaling: Shape<StepScaling> = record<StepScaling>({
  description: 'Changes the number of instances by steps.',
  fields: {
    adjustmentType: required(
      choice('What targetAdjustment counts.', [
        'changeInstanceCount',
        'exactInstanceCount',
        'percentChangeInstanceCount',
      ]),
    ),
    scalingSteps: required(list({ description: 'The steps.', item: scalingStep })),
  },
})

const metricCondition: Shape<MetricCondition> = record<MetricCondition>({
  description: 'A metric and what follows from its value.',
  fields: {
    metricName: required(filledText('Name of the metric.')),
    labels: optional(
      dictionary('Labels that the metric must have.', filledText('The label’s value.')),
    ),
    aggregationType: optional(
      choice('How the values of all instances become one.', ['min', 'max', 'avg']),
    ),
    stabilizationPeriodSecs: optional(
      integer({ description: 'Seconds that the condition must hold.', minimum: 0 }),
    ),
    targetScaling: optional(
      record<{ readonly targetValue: number }>({
        description: 'Keeps the metric near a value.',
        fields: { targetValue: required(number({ description: 'The value.' })) },
      }),
    ),
    stepScaling: optional(stepScaling),
  },
  check({ targetScaling, stepScaling: steps }, report) {
    if (targetScaling === undefined || steps === undefined) return
    report.problem(
      'stepScaling',
      "'targetScaling' and 'stepScaling' exclude each other",
      'Keep one of them',
    )
  },
})

const conditions = list<ScalingCondition>({
  description: 'The conditions.',
  item: record<ScalingCondition>({
    description: 'One condition.',
    fields: { metricCondition: required(metricCondition) },
  }),
})

const anyConditions = (description: string): Shape<NonNullable<AutoScalingPolicies['scaleUp']>> =>
  record<NonNullable<AutoScalingPolicies['scaleUp']>>({
    description,
    fields: { anyConditions: required(conditions) },
  })

const allConditions = (description: string): Shape<NonNullable<AutoScalingPolicies['suspend']>> =>
  record<NonNullable<AutoScalingPolicies['suspend']>>({
    description,
    fields: { allConditions: required(conditions) },
  })

export const resourceManagement: Shape<ResourceManagement> = record<ResourceManagement>({
  description: 'Policies in place of Snowflake’s own CPU rule; not for jobs.',
  fields: {
    autoScalingPolicies: required(
      record<AutoScalingPolicies>({
        description: 'When instances are added, removed, or the service is suspended.',
        fields: {
          scaleUp: optional(anyConditions('Adds instances when any condition holds.')),
          scaleDown: optional(allConditions('Removes instances when all conditions hold.')),
          suspend: optional(allConditions('Suspends the service when all conditions hold.')),
        },
      }),
    ),
  },
})
