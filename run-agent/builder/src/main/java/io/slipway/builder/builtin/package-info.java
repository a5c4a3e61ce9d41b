/** The engine that needs nothing but Linux: overlayfs, namespaces and a launcher found by trial. */
package io.slipway.builder.builtin;
