import { describe, expect, test } from 'vitest'

import { containerWith } from '../../tests/container-with.ts'
import { problemsOf } from '../../tests/problems-of.ts'

describe('checkServiceSpec() on the rest', () => {
  test.each([
    [
      'logExporters: {eventTableConfig: {logLevel: DEBUG}}',
      "'logLevel' for 'eventTableConfig' must be one of INFO, ERROR, NONE, found DEBUG",
    ],
    [
      'platformMonitor: {metricConfig: {groups: [cpu]}}',
      "'groups[0]' for 'metricConfig' must be one of system, system_limits, status, network, storage, found cpu",
    ],
    [
      'resourceManagement: {autoScalingPolicies: {scaleUp: {anyConditions: [{metricCondition: {metricName: m, targetScaling: {targetValue: 1}, stepScaling: {adjustmentType: changeInstanceCount, scalingSteps: []}}}]}}}',
      "'targetScaling' and 'stepScaling' exclude each other",
    ],
    [
      'resourceManagement: {autoScalingPolicies: {scaleUp: {allConditions: []}}}',
      "missing 'anyConditions' for 'scaleUp'",
      "unknown 'allConditions' for 'scaleUp'",
    ],
  ])('%s', (field, ...messages) => {
    expect(problemsOf(`${containerWith()}  ${field}\n`)).toEqual(messages)
  })

  test('capabilities', () => {
    expect(
      problemsOf(`${containerWith()}capabilities: {securityContext: {executeAsCaller: 1}}\n`),
    ).toEqual(["'executeAsCaller' for 'securityContext' must be true or false, found 1"])
  })
})
