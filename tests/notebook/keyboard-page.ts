import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { vi } from 'vitest'

/** Stops of the Tab key that a page may have before the one that is looked for. */
const MOST_STOPS = 120

/** A page that is used by its keys alone, and looked at after each step. */
export class KeyboardPage {
  readonly page: Page
  /** What axe finds that is less than serious. */
  readonly minor = new Set<string>()
  readonly #rules: readonly string[]
  readonly #pointed: string[]
  readonly #pictures: string | undefined
  #steps = 0

  private constructor(
    page: Page,
    rules: readonly string[],
    pointed: string[],
    pictures: string | undefined,
  ) {
    this.page = page
    this.#rules = rules
    this.#pointed = pointed
    this.#pictures = pictures
  }

  /**
   * @param rules Of axe, all where there are none.
   * @param pictures The folder of its screenshots, if there are to be any.
   */
  static async open(
    context: BrowserContext,
    rules: readonly string[],
    pictures?: string,
  ): Promise<KeyboardPage> {
    const pointed: string[] = []
    await context.exposeFunction('pointed', (type: string) => pointed.push(type))
    await context.addInitScript(() => {
      // Not moves: the browser makes one up where the page changes under a pointer that stands still.
      const types = ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'touchstart', 'wheel']
      for (const type of types) {
        const tell = (event: Event): void => {
          if (event.isTrusted)
            (window as unknown as { pointed: (what: string) => void }).pointed(type)
        }
        addEventListener(type, tell, { capture: true, passive: true })
      }
    })
    return new KeyboardPage(await context.newPage(), rules, pointed, pictures)
  }

  /** Presses keys one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  /** Text that comes at once, as from an input method: the editor closes no bracket behind it. */
  async write(text: string): Promise<void> {
    await this.page.keyboard.insertText(text)
  }

  /** Goes on by Tab, or back by Shift-Tab, until the element has the focus. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await target.waitFor()
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      if (await hasFocus(target)) return
      await this.page.keyboard.press(key)
    }
    throw new Error(`${MOST_STOPS} times ${key} do not lead to ${String(target)}`)
  }

  /** Waits until the element has the focus, and is seen. */
  async expectFocus(target: Locator): Promise<void> {
    await vi.waitFor(async () => {
      if (!(await hasFocus(target))) throw new Error(`The focus is not at ${String(target)}`)
    }, 5_000)
  }

  /** The end of a step: something that is seen has the focus, and axe finds no serious fault. */
  async look(step: string): Promise<void> {
    const picture = `${String(++this.#steps).padStart(2, '0')}-${step}.png`
    if (this.#pictures !== undefined) {
      await this.page.screenshot({ path: join(this.#pictures, picture) })
    }
    const focus = await this.page.evaluate(focusIn)
    if (focus !== 'seen') throw new Error(`After "${step}" the focus is ${focus}`)
    const axe = new AxeBuilder({ page: this.page }).options({ resultTypes: ['violations'] })
    if (this.#rules.length > 0) axe.withRules([...this.#rules])
    const { violations } = await axe.analyze()
    const said = violations.map(({ id, impact, nodes }) => ({
      impact,
      text: `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    }))
    const isSerious = (impact: unknown): boolean => impact === 'serious' || impact === 'critical'
    for (const { text } of said.filter(({ impact }) => !isSerious(impact))) this.minor.add(text)
    const serious = said.filter(({ impact }) => isSerious(impact)).map(({ text }) => text)
    if (serious.length > 0) throw new Error(`After "${step}" axe finds ${serious.join('\n')}`)
  }

  /** Presses of mouse, pen or finger, and turns of the wheel until now. */
  get pointed(): readonly string[] {
    return this.#pointed
  }
}

async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

/** Runs in the page: where the focus is. */
function focusIn(): string {
  const active = document.activeElement
  if (active === null || active === document.body) return 'nowhere'
  const { top, bottom, left, right } = active.getBoundingClientRect()
  const isSeen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
  return isSeen ? 'seen' : `out of sight: ${active.outerHTML.slice(0, 200)}`
}
