package io.slipway.agent.event;

import java.util.Map;

/**
 * What goes to Kafka as one record.
 *
 * @param topic whole name of the topic
 * @param key decides about the partition, and so about the order
 * @param headers names and texts, in their order
 * @param value never changed by anybody
 */
public record EventRecord(String topic, String key, Map<String, String> headers, byte[] value) {
  private static final int AROUND_A_HEADER = 8;

  /** About how many bytes it takes, in Kafka as on disk. */
  public int size() {
    int size = topic.length() + key.length() + value.length;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      size += header.getKey().length() + header.getValue().length() + AROUND_A_HEADER;
    }
    return size;
  }
}
