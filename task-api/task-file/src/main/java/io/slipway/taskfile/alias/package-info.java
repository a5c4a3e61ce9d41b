/** Aliases in task files: {@code $Registry}, {@code $ID} and those a file declares. */
package io.slipway.taskfile.alias;
