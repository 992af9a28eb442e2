import { expect, test } from 'vitest'
import { printPage } from './page.ts'

test('a name that is longer than a line breaks between its parts, and text stays text', () => {
  const text = ['Service CONTAINER_HOL_DB.PUBLIC.NOTEBOOK_SERVICE of a.b', '<b>']
  const html = printPage({ title: 'Sign in', text })
  expect(html).toContain(
    '<p>Service CONTAINER_<wbr>HOL_<wbr>DB.<wbr>PUBLIC.<wbr>NOTEBOOK_<wbr>SERVICE of a.b</p>',
  )
  expect(html).toContain('<p>&#60;b&#62;</p>')
})
