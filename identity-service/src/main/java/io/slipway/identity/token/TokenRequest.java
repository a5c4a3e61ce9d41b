package io.slipway.identity.token;

import java.time.Duration;
import java.util.Map;

/**
 * A token to be issued.
 *
 * @param kind what it is, for metrics and the audit log
 * @param audience the service that accepts it
 * @param subject whom it is about
 * @param life how long it lives
 * @param claims further claims
 */
public record TokenRequest(
    TokenKind kind, String audience, String subject, Duration life, Map<String, Object> claims) {}
