/** Texts that remember from which line of the user's file each of their lines comes. */
package io.slipway.taskfile.text;
