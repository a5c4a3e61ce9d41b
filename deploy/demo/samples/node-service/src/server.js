'use strict'

const http = require('http')
const { greeting } = require('./greeting')

const word = process.env.GREETING || 'Hello'

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname === '/health') {
    response.writeHead(204).end()
    return
  }
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ text: greeting(word, url.searchParams.get('name')) }))
})

server.listen(Number(process.env.PORT || 8080), () => console.log('listening'))
process.on('SIGTERM', () => process.exit(0))
