package io.slipway.taskapi.outbox;

import java.util.Map;

/**
 * A record that is to be published.
 *
 * @param topic name without the platform's prefix
 * @param key key of the record
 * @param headers headers of the record
 * @param payload its value
 */
public record OutboxRecord(String topic, String key, Map<String, String> headers, byte[] payload) {}
