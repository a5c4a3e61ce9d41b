'use strict'

const assert = require('assert')
const { greeting } = require('../src/greeting')

assert.strictEqual(greeting('Hello', 'Ada'), 'Hello, Ada!')
assert.strictEqual(greeting('Hello', '  '), 'Hello, World!')
assert.strictEqual(greeting('Hi'), 'Hi, World!')
console.log('3 unit tests passed')
