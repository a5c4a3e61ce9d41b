/** Runs a second, their delays and their cost, beside the limits of the machine. */
@NullMarked
package io.slipway.bench.runs;

import org.jspecify.annotations.NullMarked;
