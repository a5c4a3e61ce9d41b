/**
 * What an image says of itself: configuration, manifests and indexes, in Docker's and OCI's form.
 * Pure: no file is read and nothing is sent here.
 */
package io.slipway.builder.config;
