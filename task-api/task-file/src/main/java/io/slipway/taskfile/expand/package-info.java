/** From a task file's text to the YAML that is parsed: comment lines, aliases, templates. */
package io.slipway.taskfile.expand;
