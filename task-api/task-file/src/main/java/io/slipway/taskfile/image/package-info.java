/** Names of images. */
package io.slipway.taskfile.image;
