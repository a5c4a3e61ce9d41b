package io.slipway.taskapi.request;

import io.slipway.contract.RegistryRequest;
import io.slipway.contract.RequestDigest;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.EventCodec.Vouched;
import io.slipway.taskapi.event.Unsigned;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.OffLoop;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who sends the requests of a batch, and who of them may ask for runs. A request counts with an
 * assertion of identity-service that names its digest and was good when Kafka took the request:
 * whoever copies it can only say the same once more.
 */
@ApplicationScoped
class RequestSenders {
  /** As for the call. */
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/scheduleRun/action";

  private final TokenVerifier verifier;
  private final Access access;
  private final OffLoop offLoop;
  private final InstantSource clock;
  private final String subscription;

  RequestSenders(
      TokenVerifier verifier,
      Access access,
      OffLoop offLoop,
      InstantSource clock,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.verifier = verifier;
    this.access = access;
    this.offLoop = offLoop;
    this.clock = clock;
    this.subscription = ResourceId.subscription(subscriptionId);
  }

  /**
   * The requests with their senders; fails with {@link Unsigned} if that of some is not known. If
   * the keys of identity-service cannot be read, one signature by a key that is not known here
   * holds up its batch. It keeps nobody else waiting: whoever cannot read those keys is not told
   * who has which right either ({@link #denied}), and a decision is not used again unless
   * identity-service said less than a second ago that nothing has changed. When it is back, the key
   * is found within two seconds, or the request is set aside.
   */
  Uni<List<Request>> of(List<Received> events) {
    return offLoop.call(() -> verified(events)); // each costs a signature's check
  }

  /**
   * Those that may not be: the sender has no right to ask for runs of the registry. Who has it at
   * the whole subscription alone is told that there is no such registry.
   */
  Uni<Set<Request>> denied(List<Request> requests, RequestedTasks found) {
    Map<String, List<Request>> bySender = new HashMap<>();
    for (Request request : requests) {
      if (!found.isAccepted(request)) {
        bySender.computeIfAbsent(request.sender(), it -> new ArrayList<>()).add(request);
      }
    }
    Set<Request> denied = new HashSet<>();
    return InTurn.each(
            bySender.entrySet(),
            one ->
                access
                    .allowed(
                        one.getKey(),
                        ACTION,
                        one.getValue(),
                        request ->
                            found.find(request.requested()).map(Registry::id).orElse(subscription))
                    .invoke(allowed ->
                        one.getValue().stream()
                            .filter(request -> !allowed.contains(request))
                            .forEach(denied::add))
                    .replaceWithVoid())
        .replaceWith(denied);
  }

  /** The same whether there is such a registry or not: who has no right there is not told. */
  static ArmException refusal(Request request) {
    return ArmException.forbidden(
        request.sender(), ACTION, "registries/" + request.requested().registry());
  }

  private List<Request> verified(List<Received> events) {
    List<Request> requests = new ArrayList<>();
    Map<Received, String> refused = new IdentityHashMap<>();
    for (Received received : events) {
      try {
        String sender = sender(Objects.requireNonNull(received.vouched()));
        requests.add(new Request(received, (RegistryRequest) received.event(), sender));
      } catch (InvalidTokenException invalid) {
        refused.put(received, "header " + RequestDigest.ASSERTION + ": " + invalid.getMessage());
      }
    }
    if (!refused.isEmpty()) {
      throw new Unsigned(refused);
    }
    return requests;
  }

  private String sender(Vouched vouched) {
    if (vouched.assertion().isEmpty()) {
      throw new InvalidTokenException(
          "it is missing, so nobody is known to ask: get one at /oauth2/run-requests, or send with"
              + " ./slipway request");
    }
    VerifiedToken assertion = checked(vouched);
    if (!assertion.audience().equals(Audience.RUN_REQUEST)) {
      throw new InvalidTokenException("it is a token for something else");
    }
    if (!assertion.text("event").orElse("").equals(vouched.digest())) {
      throw new InvalidTokenException("it is of another event");
    }
    return assertion
        .text("oid")
        .orElseThrow(() -> new InvalidTokenException("it names no principal"));
  }

  private VerifiedToken checked(Vouched vouched) {
    try {
      return verifier
          .verifyAsOf(
              Objects.requireNonNullElseGet(vouched.came(), clock::instant), vouched.assertion())
          .toCompletableFuture()
          .join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof InvalidTokenException invalid) {
        throw invalid;
      }
      throw failed;
    }
  }
}
