import { describe, expect, test } from 'vitest'
import { splitStatements, tokenize } from './token.ts'

const pieces = (text: string): string[] =>
  tokenize(text).map(({ kind, value }) => `${kind} ${value}`)

describe('tokenize()', () => {
  test.each([
    [
      'SELECT \'it\'\'s\', "a""b", 1.5e3',
      [
        'word SELECT',
        "string it's",
        'symbol ,',
        'quoted-identifier a"b',
        'symbol ,',
        'number 1.5e3',
      ],
    ],
    ["'a\\nb\\'c\\u0041'", ["string a\nb'cA"]],
    ["$$it's $ $1$$", ["string it's $ $1"]],
    ['a -- no\n// no\n/* no */ b', ['word a', 'word b']],
    ['x=>1::INT', ['word x', 'symbol =>', 'number 1', 'symbol ::', 'word INT']],
    ['$var SYSTEM$BIND', ['word $var', 'word SYSTEM$BIND']],
    ['LS @specs/a-b/*.yaml;', ['word LS', 'location @specs/a-b/*.yaml', 'symbol ;']],
    ['@db."My Stage"//x FILE', ['location @db."My Stage"//x', 'word FILE']],
    ['PUT file:///tmp/*.csv @s', ['word PUT', 'location file:///tmp/*.csv', 'location @s']],
    ['FROM @s (x)', ['word FROM', 'location @s', 'symbol (', 'word x', 'symbol )']],
    ['profile://x', ['word profile', 'symbol :']],
  ])('%s', (text, expected) => {
    expect(pieces(text)).toEqual(expected)
  })

  test.each(["SELECT 'open", 'SELECT "open', 'SELECT $$open', 'SELECT /* open'])(
    'refuses %s and says where',
    (text) => {
      expect(() => tokenize(text)).toThrow(
        expect.objectContaining({ code: '001003', line: 1, position: 8 }),
      )
    },
  )
})

describe('splitStatements()', () => {
  test('cuts at semicolons that are not inside anything', () => {
    const text = "SELECT ';'; -- ;\n PUT file:///a;b @s ;; SELECT $$;$$ /* ; */"
    expect(splitStatements(text)).toEqual(["SELECT ';'", 'PUT file:///a', 'b @s', 'SELECT $$;$$'])
  })
})
