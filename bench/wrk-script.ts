import type { BatchRequest } from './service-function-request.ts'

/** A script for wrk: sends the request under ever new numbers, and prints the figures as a line of JSON. */
export function wrkScript({ beforeNumber, afterNumber }: BatchRequest): string {
  return `
local before = ${quoteLua(beforeNumber)}
local after = ${quoteLua(afterNumber)}
local number = 0
local threads = {}
refused = 0

function setup(thread)
  table.insert(threads, thread)
end

function request()
  number = number + 1
  return before .. number .. after
end

function response(status)
  if status ~= 200 then refused = refused + 1 end
end

function done(summary)
  local refusals = 0
  for _, thread in ipairs(threads) do refusals = refusals + thread:get("refused") end
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\\n{"answers":%d,"seconds":%.6f,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration / 1000000, refusals, broken))
end
`
}

/** Text of single bytes as Lua writes it; what is not plain is escaped by its number. */
export function quoteLua(text: string): string {
  const escaped = text.replaceAll(
    /[^ -~]|["\\]/g,
    (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`,
  )
  return `"${escaped}"`
}
