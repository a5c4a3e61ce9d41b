/** What is measured of processes and times, and what the figures say. */
@NullMarked
package io.slipway.bench.measure;

import org.jspecify.annotations.NullMarked;
