/**
 * Go templates. Of the whole module only {@link io.slipway.gotemplate.RenderTemplate}, {@link
 * io.slipway.gotemplate.TemplateSources} and {@link io.slipway.gotemplate.TemplateFailure} are for
 * others; the packages below are its own.
 */
package io.slipway.gotemplate;
