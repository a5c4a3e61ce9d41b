package io.slipway.builder;

/**
 * Processors of the machine on which an engine starts containers.
 *
 * @param number how many there are
 * @param limited whether a container can be kept to some of them
 */
public record MachineProcessors(int number, boolean limited) {}
