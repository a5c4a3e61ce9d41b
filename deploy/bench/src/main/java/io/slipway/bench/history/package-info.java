/** Queries of the history of runs, with few and with many rows. */
@NullMarked
package io.slipway.bench.history;

import org.jspecify.annotations.NullMarked;
