package io.slipway.agent.conformance;

/**
 * Runs one case of a kind. It returns if the case holds, and throws an {@link AssertionError} that
 * says what came instead if it does not. Anything else that it throws is a failure, too.
 */
@FunctionalInterface
interface Checker {
  void check(ConformanceCase c) throws Exception;
}
