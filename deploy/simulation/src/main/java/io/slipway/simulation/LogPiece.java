package io.slipway.simulation;

import java.util.UUID;

/** A piece of a log: {@code length} bytes that stand at {@code offset}. */
record LogPiece(UUID run, int attempt, long offset, long length) {}
