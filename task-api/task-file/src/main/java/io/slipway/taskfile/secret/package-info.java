/** Where secrets are that a task names. */
package io.slipway.taskfile.secret;
