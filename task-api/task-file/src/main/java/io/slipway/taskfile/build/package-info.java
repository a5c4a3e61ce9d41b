/** What a {@code build} step says, and where its context is. */
package io.slipway.taskfile.build;
