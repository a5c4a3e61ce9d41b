/** Puts the parts of the module together behind {@link io.slipway.builder.Builder}. */
package io.slipway.builder.provider;
