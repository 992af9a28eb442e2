import { findMatches, type SearchedText } from './find-matches.ts'

/** Looks for a regular expression beside the page, where one that would never end can be ended. */
addEventListener(
  'message',
  ({ data }: MessageEvent<{ texts: readonly SearchedText[]; pattern: RegExp }>) =>
    postMessage(findMatches(data.texts, data.pattern)),
)
