/** From the text of a task file to the plan of its steps. */
package io.slipway.taskfile.plan;
