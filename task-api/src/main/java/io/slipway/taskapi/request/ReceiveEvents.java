package io.slipway.taskapi.request;

import io.slipway.contract.RegistryRequest;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.event.EventCodec;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.EventMessage;
import io.slipway.taskapi.event.HttpEvents;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.store.OffLoop;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that come over HTTP. They are the same requests as on Kafka, answered there too; an
 * event that is sent both ways by one sender is one run.
 */
@ApplicationScoped
public class ReceiveEvents {
  private final EventCodec codec;
  private final AcceptRequests acceptRequests;
  private final OffLoop offLoop;

  ReceiveEvents(EventCodec codec, AcceptRequests acceptRequests, OffLoop offLoop) {
    this.codec = codec;
    this.acceptRequests = acceptRequests;
    this.offLoop = offLoop;
  }

  /**
   * What became of a request.
   *
   * @param event the answer, as it is on {@code run-events}
   * @param refused why there is no run, or null
   */
  public record Answer(Outbox.Message event, @Nullable ArmException refused) {}

  /**
   * Accepts the events of a call; fails with 400 if one of them is not a request to this registry,
   * and then accepts none.
   *
   * @param sender principal that sends them and may ask for runs of the registry
   * @return the answers, in the order of the events
   */
  public Uni<List<Answer>> receive(
      Registry registry,
      String sender,
      String contentType,
      Map<String, String> headers,
      byte[] body) {
    return offLoop
        .call(() -> requests(registry, sender, contentType, headers, body))
        .chain(acceptRequests::answers);
  }

  private List<Request> requests(
      Registry registry,
      String sender,
      String contentType,
      Map<String, String> headers,
      byte[] body) {
    List<Request> requests = new ArrayList<>();
    try {
      for (EventMessage message : HttpEvents.of(contentType, headers, body)) {
        requests.add(request(requests.size(), registry, sender, codec.read(message)));
      }
    } catch (EventCodec.Unreadable unreadable) {
      throw invalid(requests.size(), String.valueOf(unreadable.getMessage()));
    }
    return requests;
  }

  private static Request request(int number, Registry registry, String sender, Received received) {
    if (!(received.event() instanceof RegistryRequest requested)) {
      throw invalid(
          number, "the type is '" + received.attributes().type() + "', which asks for nothing");
    }
    if (!ResourceId.key(requested.registry()).equals(ResourceId.key(registry.name()))) {
      throw invalid(
          number,
          "registry is '%s', but this is the address of '%s'"
              .formatted(requested.registry(), registry.name()));
    }
    return new Request(received, requested, sender);
  }

  private static ArmException invalid(int number, String reason) {
    String which = number == 0 ? "" : "event " + number + ": ";
    return ArmException.of(400, "InvalidEvent", which + reason + ".");
  }
}
