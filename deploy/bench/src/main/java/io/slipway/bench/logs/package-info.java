/** The way of a line of a log from a step to its readers. */
@NullMarked
package io.slipway.bench.logs;

import org.jspecify.annotations.NullMarked;
