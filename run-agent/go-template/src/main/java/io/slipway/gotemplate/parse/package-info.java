/** The grammar of Go's text/template: from text to a tree of statements. */
package io.slipway.gotemplate.parse;
