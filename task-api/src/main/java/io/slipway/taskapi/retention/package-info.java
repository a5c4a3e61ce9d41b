/**
 * What the ledger no longer keeps is taken away here: runs and logs after their time, what hangs on
 * deleted registries, and rows that only matter for a while. All of it goes in small pieces, each a
 * transaction of its own, on the instance that leads ({@link io.slipway.taskapi.retention.Pieces}).
 */
package io.slipway.taskapi.retention;
