/** A platform of the benchmarks' own on this machine, and ways to talk to it. */
@NullMarked
package io.slipway.bench.platform;

import org.jspecify.annotations.NullMarked;
