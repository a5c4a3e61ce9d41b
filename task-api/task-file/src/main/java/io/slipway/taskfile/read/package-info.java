/** From the YAML of a task file to a plan, or to all that is wrong with it. */
package io.slipway.taskfile.read;
