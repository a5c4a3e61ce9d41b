package io.slipway.taskapi.operation;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Operations that clients may still follow. */
@ApplicationScoped
public class OperationRepository {
  private static final Duration KEPT = Duration.ofDays(7);

  private final Mutiny.SessionFactory sessions;
  private final InstantSource clock;

  OperationRepository(Mutiny.SessionFactory sessions, InstantSource clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  /** Remembers an operation; the same one twice is one. */
  public Uni<Void> add(Operation operation) {
    OperationEntity entity = new OperationEntity();
    entity.id = operation.id();
    entity.kind = operation.kind().name();
    entity.runUid = operation.runUid();
    entity.resourceId = operation.resourceId();
    entity.createdAt = clock.instant();
    return sessions.withTransaction(session -> session.merge(entity)).replaceWithVoid();
  }

  /** The operation with this id. */
  public Uni<Optional<Operation>> find(UUID id) {
    return sessions
        .withSession(session -> session.find(OperationEntity.class, id))
        .map(found ->
            Optional.ofNullable(found)
                .map(it ->
                    new Operation(
                        it.id, Operation.Kind.valueOf(it.kind), it.runUid, it.resourceId)));
  }

  /** Forgets what nobody follows any more. */
  @Scheduled(every = "1h", delayed = "1m")
  Uni<Void> forgetOld() {
    return sessions
        .withTransaction(session ->
            session
                .createMutationQuery("delete from Operation where createdAt < ?1")
                .setParameter(1, clock.instant().minus(KEPT))
                .executeUpdate())
        .replaceWithVoid();
  }
}
