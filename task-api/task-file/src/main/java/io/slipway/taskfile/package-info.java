/**
 * Task files and Dockerfiles as values: pure functions from text, without files, clocks or
 * networks.
 */
package io.slipway.taskfile;
