// The floor under the service-function benchmark: parse, compute, print, with nothing between them and node:http.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => (text += chunk))
  request.on('end', () => {
    const body = JSON.parse(text)
    for (const row of body.data) row[1] = (row[1] * 9) / 5 + 32
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listening at http://127.0.0.1:${server.address().port}`)
})
