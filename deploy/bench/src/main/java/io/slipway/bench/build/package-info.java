/** Engines that build the same image, measured in turn. */
@NullMarked
package io.slipway.bench.build;

import org.jspecify.annotations.NullMarked;
