package io.slipway.simulation;

import java.util.ArrayList;
import java.util.List;

/** One partition of a topic: records in the order in which Kafka took them. */
final class Topic<T> {
  private final String name;
  private final List<T> records = new ArrayList<>();

  Topic(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void append(T value) {
    records.add(value);
  }

  /** Offset of the record that comes next. */
  int end() {
    return records.size();
  }

  /** Up to so many records from an offset on. */
  List<T> from(int offset, int most) {
    return List.copyOf(records.subList(offset, Math.min(records.size(), offset + most)));
  }

  List<T> all() {
    return List.copyOf(records);
  }
}
