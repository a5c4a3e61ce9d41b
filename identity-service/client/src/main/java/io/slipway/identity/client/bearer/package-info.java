/**
 * What bearer tokens open, for services on Quarkus. A service that also wants the {@code
 * TokenVerifier} injected names this library in {@code quarkus.index-dependency}.
 */
@NullMarked
package io.slipway.identity.client.bearer;

import org.jspecify.annotations.NullMarked;
