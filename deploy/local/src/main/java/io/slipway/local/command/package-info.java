/** The commands of {@code ./slipway}. */
package io.slipway.local.command;
