'use strict'

const http = require('http')

const port = Number(process.env.PORT || 80)

http
  .createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8')
    response.end(`Hello World\nVersion: ${process.versions.node}\n`)
  })
  .listen(port, () => console.log(`Listening on port ${port}`))

process.on('SIGTERM', () => process.exit(0))
