import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** Every fault that axe finds in a part of a page, of any weight, in light and in dark colours. */
export async function faultsIn(page: Page, part: string): Promise<readonly unknown[]> {
  const faults: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const axe = new AxeBuilder({ page }).include(part)
    // What passes is most of it, and nobody reads that.
    axe.options({ resultTypes: ['violations'], preload: false })
    // Without the second page that it would open for documents of other origins.
    axe.setLegacyMode(true)
    const { violations } = await axe.analyze()
    faults.push(
      ...violations.map(({ id, nodes }) => [colorScheme, id, nodes.map(({ html }) => html)]),
    )
  }
  return faults
}
