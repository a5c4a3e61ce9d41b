/** What a task file asks for: steps, what they wait for, containers, networks, volumes, secrets. */
package io.slipway.taskfile.plan;
