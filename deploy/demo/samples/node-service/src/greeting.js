'use strict'

/** Text for a person; everybody is "World" who does not say a name. */
exports.greeting = function (word, name) {
  return `${word}, ${(name || '').trim() || 'World'}!`
}
