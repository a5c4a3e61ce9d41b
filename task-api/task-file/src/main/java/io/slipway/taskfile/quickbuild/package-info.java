/** Builds that are asked for without a task file. */
package io.slipway.taskfile.quickbuild;
