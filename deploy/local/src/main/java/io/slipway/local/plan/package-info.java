/** {@code ./slipway plan}: what a task file would do, without doing it. */
package io.slipway.local.plan;
