package io.slipway.taskapi.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.slipway.contract.Causation;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventSignature;
import io.slipway.contract.EventType;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RegistryRequest;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.StepStarted;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Events as they are sent and read: CloudEvents. */
@ApplicationScoped
public class EventCodec {
  /** W3C trace contexts have 55 characters; longer ones are left out. */
  private static final int LONGEST_TRACE = 64;

  private static final int LONGEST_ID = 256;
  private static final int LONGEST_SOURCE = 512;
  private static final int LONGEST_SUBJECT = 512;

  private final ObjectMapper json;
  private final ObjectReader reader;
  private final EventKeys keys;

  EventCodec(ObjectMapper json, EventKeys keys) {
    this.json = json;
    this.keys = keys;
    // A newer agent may name kinds and outcomes that this version does not know.
    this.reader = json.reader().with(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL);
  }

  /**
   * An event that was read.
   *
   * @param id id as its producer wrote it, which may be any text
   * @param signed whether it is signed by who holds the attempt that it is about
   * @param vouched who vouches for it, if it asks for a run; nobody has checked that yet
   */
  public record Received(
      String id,
      EventAttributes attributes,
      RunEvent event,
      boolean signed,
      @Nullable Vouched vouched) {
    /** What follows from it says so with this. */
    public Causation asCause() {
      Causation own = attributes.causation();
      return new Causation(id, attributes.source(), own == null ? null : own.traceparent());
    }

    /** An event whose id is a UUID, and which nobody has signed. */
    public Received(EventAttributes attributes, RunEvent event) {
      this(attributes.id().toString(), attributes, event, false, null);
    }
  }

  /**
   * What came with a record that asks for a run.
   *
   * @param assertion as its sender wrote it; empty if there is none
   * @param digest digest of the record, which the assertion must name
   * @param came when the record came, if Kafka itself says so
   */
  public record Vouched(String assertion, String digest, @Nullable Instant came) {}

  /** A record is not an event of this contract. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
      super(reason);
    }
  }

  /**
   * The event in a record, be it in binary or structured mode.
   *
   * @throws Unreadable for one in structured mode that is no event
   */
  static EventMessage message(ConsumerRecord<String, byte[]> record) throws Unreadable {
    return EventMessage.of(headers(record), record.value());
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return headers;
  }

  /** Type that an event says it has, or empty if this contract does not have it. */
  static Optional<EventType> type(EventMessage message) {
    String type = message.headers().get(EventAttributes.TYPE_HEADER);
    return type == null ? Optional.empty() : EventType.of(type);
  }

  /**
   * Whether it is a well-formed event of a type that this version does not know: such are other
   * people's or of a newer version, and nothing is wrong with them.
   */
  static boolean isForeign(EventMessage message) {
    try {
      return EventType.of(attributes(message).type()).isEmpty();
    } catch (Unreadable broken) {
      return false;
    }
  }

  /**
   * The event in a record.
   *
   * @param message the same in binary mode
   * @throws Unreadable saying what is wrong; the text holds nothing of the record's content
   */
  Received read(ConsumerRecord<String, byte[]> record, EventMessage message) throws Unreadable {
    Received received = read(message);
    RunEvent event = received.event();
    return new Received(
        received.id(),
        received.attributes(),
        event,
        isSigned(record, event),
        vouched(record, event));
  }

  /**
   * An event that nobody has signed.
   *
   * @throws Unreadable saying what is wrong; the text holds nothing of the event's content
   */
  public Received read(EventMessage message) throws Unreadable {
    EventAttributes attributes = attributes(message);
    EventType type =
        EventType.of(attributes.type())
            .orElseThrow(() -> new Unreadable("unknown ce_type '" + attributes.type() + "'"));
    byte[] value = message.data();
    if (value == null) {
      throw new Unreadable("the event has no data");
    }
    try {
      RunEvent event = reader.forType(type.record()).readValue(value);
      if (event == null) {
        throw new Unreadable("the data is null");
      }
      RunEvent known = event instanceof RunCompleted end ? withOutcome(end, value) : event;
      RunEventCheck.check(known);
      return new Received(
          message.headers().getOrDefault("ce_id", ""), attributes, known, false, null);
    } catch (IllegalArgumentException incomplete) {
      throw new Unreadable("incomplete " + attributes.type() + ": " + incomplete.getMessage());
    } catch (JsonProcessingException malformed) {
      // Not getMessage(): it quotes the data.
      throw new Unreadable(
          "data is not a " + attributes.type() + ": " + malformed.getOriginalMessage());
    } catch (IOException unreadable) {
      throw new Unreadable("data is not a " + attributes.type());
    }
  }

  /** Whether it is signed; a signature that is wrong is worse than none. */
  private boolean isSigned(ConsumerRecord<String, byte[]> record, RunEvent event)
      throws Unreadable {
    Map<String, String> headers = headers(record);
    String signature = headers.get(EventSignature.HEADER);
    if (signature == null) {
      return false;
    }
    RunRef run = run(event);
    String key = record.key() == null ? "" : record.key();
    if (run == null || !keys.isSigned(run, key, headers, record.value(), signature)) {
      throw new Unreadable("header slipway-signature is not of the agent that holds the run");
    }
    return true;
  }

  private static @Nullable Vouched vouched(ConsumerRecord<String, byte[]> record, RunEvent event) {
    if (!(event instanceof RegistryRequest)) {
      return null;
    }
    Map<String, String> headers = headers(record);
    return new Vouched(
        headers.getOrDefault(RequestDigest.ASSERTION, ""),
        RequestDigest.of(record.key() == null ? "" : record.key(), headers, record.value()),
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? Instant.ofEpochMilli(record.timestamp())
            : null);
  }

  /** The run that an event of an agent is about, of those that this service reads. */
  private static @Nullable RunRef run(RunEvent event) {
    return switch (event) {
      case StepStarted started -> started.run();
      case RunCompleted completed -> completed.run();
      case LogAppended piece -> piece.run();
      default -> null;
    };
  }

  /** An end with an outcome that this version does not know is an end all the same. */
  private RunCompleted withOutcome(RunCompleted end, byte[] value) throws IOException {
    if (end.outcome() != null || !json.readTree(value).path("outcome").isTextual()) {
      return end;
    }
    return new RunCompleted(
        end.run(),
        RunOutcome.ERROR,
        end.error() == null ? "the agent reports an outcome that is not known" : end.error(),
        end.finishedAt(),
        end.logBytes(),
        end.outputImages(),
        end.dependencies(),
        end.details());
  }

  public byte[] write(RunEvent event) {
    try {
      return json.writeValueAsBytes(event);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot write " + event.getClass(), impossible);
    }
  }

  private static EventAttributes attributes(EventMessage message) throws Unreadable {
    Map<String, String> headers = new HashMap<>(message.headers());
    String trace = headers.get("ce_traceparent");
    if (trace != null && !isTrace(trace)) {
      headers.remove("ce_traceparent");
    }
    try {
      EventAttributes attributes = EventAttributes.fromHeaders(headers);
      check("ce_id", headers.getOrDefault("ce_id", ""), LONGEST_ID);
      check("ce_source", attributes.source(), LONGEST_SOURCE);
      check("ce_subject", attributes.subject(), LONGEST_SUBJECT);
      return attributes;
    } catch (IllegalArgumentException wrong) {
      throw new Unreadable(String.valueOf(wrong.getMessage()));
    }
  }

  private static boolean isTrace(String text) {
    return text.length() <= LONGEST_TRACE
        && text.chars().allMatch(one -> one == '-' || Character.digit(one, 16) >= 0);
  }

  /** CloudEvents allows no control characters and no halves of characters; nor do columns. */
  private static void check(String name, String text, int longest) throws Unreadable {
    if (text.length() > longest) {
      throw new Unreadable(name + " has more than " + longest + " characters");
    }
    boolean odd =
        text.codePoints()
            .anyMatch(one ->
                Character.isISOControl(one) || Character.getType(one) == Character.SURROGATE);
    if (odd) {
      throw new Unreadable(name + " has a character that is not allowed there");
    }
  }
}
