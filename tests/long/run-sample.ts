import type { Browser } from 'playwright-core'
import { reportPage } from '../e2e/browser.ts'

/** Signs in at the notebook's public endpoint, runs its sample, and gives the temperatures that a service function made. */
export async function runSample(
  browser: Browser,
  url: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } })
  reportPage(page)
  await page.goto(url)
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /open the sample/i }).click()
  await page.getByRole('button', { name: 'Run all' }).click()
  const outputs = page.getByRole('group', { name: 'Output' })
  const weather = outputs.filter({ hasText: 'TEMP_F_SNOWPARK' })
  await weather.waitFor({ timeout: 60_000 })
  const converted = [...(await weather.innerText()).matchAll(/(\d+\.\d) *\|$/gm)]
  await page.keyboard.press('Control+s')
  await page.getByText(/^Saved/).waitFor()
  await page.close()
  return converted.map(([, degrees]) => degrees).join(' ')
}
