'use strict'

const http = require('http')

const base = process.argv[2]

function get(path) {
  return new Promise((resolve, reject) => {
    http
      .get(base + path, response => {
        let body = ''
        response.on('data', part => (body += part))
        response.on('end', () => resolve({ status: response.statusCode, body }))
      })
      .on('error', reject)
  })
}

async function main() {
  const health = await get('/health')
  if (health.status !== 204) throw new Error(`health: ${health.status}`)
  const answer = JSON.parse((await get('/?name=Grace')).body).text
  if (answer !== 'Hello from a step, Grace!') throw new Error(`unexpected: ${answer}`)
  console.log(`smoke test passed: ${answer}`)
}

main().catch(problem => {
  console.error(problem.message)
  process.exit(1)
})
