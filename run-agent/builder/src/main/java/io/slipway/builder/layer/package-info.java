/**
 * Layers: tar archives that say what is added, changed and taken away. Written from an overlay's
 * upper folder or from a list of entries, unpacked for overlayfs, or read as a tree without
 * unpacking.
 */
package io.slipway.builder.layer;
