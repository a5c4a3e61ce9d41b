/** Checks what the platform says of images. */
@NullMarked
package io.slipway.local.verify;

import org.jspecify.annotations.NullMarked;
