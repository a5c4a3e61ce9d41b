/** Functions of templates: Go's own and the text functions of Sprig 2.22. */
package io.slipway.gotemplate.function;
