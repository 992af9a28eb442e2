import type { DrawnElement } from './document.ts'

/**
 * A test for a selector of names, classes and ids with descendants, `.tick line`, which is all that drawing needs.
 *
 * @throws {SyntaxError} for every other selector.
 */
export function compileSelector(selector: string): (element: DrawnElement) => boolean {
  const alternatives = selector.split(',').map((one) => one.trim().split(/\s+/).map(compileSimple))
  return (element) => alternatives.some((steps) => matchesSteps(element, steps))
}

type Step = (element: DrawnElement) => boolean

function matchesSteps(element: DrawnElement, steps: readonly Step[]): boolean {
  const last = steps.at(-1)
  if (last === undefined || !last(element)) return false
  const above = steps.slice(0, -1)
  if (above.length === 0) return true
  for (let parent = element.parentNode; parent !== null; parent = parent.parentNode) {
    if (matchesSteps(parent, above)) return true
  }
  return false
}

function compileSimple(text: string): Step {
  const [, name = '', rest = ''] = /^([\w-]*|\*)((?:[.#][\w-]+)*)$/.exec(text) ?? []
  if (name === '' && rest === '') {
    throw new SyntaxError(`Cannot select "${text}": only names, .classes and #ids are known here`)
  }
  const parts = rest.match(/[.#][\w-]+/g) ?? []
  return (element) =>
    (name === '' || name === '*' || element.tagName === name) &&
    parts.every((part) =>
      part.startsWith('#')
        ? element.getAttribute('id') === part.slice(1)
        : element.className.split(/\s+/).includes(part.slice(1)),
    )
}
