package io.slipway.identity.token;

import io.quarkus.scheduler.Scheduled;
import io.slipway.identity.key.KeySchedule;
import io.slipway.identity.key.KeyTimes;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of the platform. They live in the database, encrypted; each instance holds them
 * in memory and reads them again now and then. New ones are made under a lock, so that instances
 * don't race.
 */
@ApplicationScoped
public class SigningKeys {
  private static final Logger LOG = Logger.getLogger(SigningKeys.class);

  /** A token with an unknown key makes an instance look, but not more often than this. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Transactions transactions;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Settings settings;
  private final KeySchedule schedule;

  private volatile @Nullable SigningKeyFactory factory;
  private volatile @Nullable KeyRing ring;
  private volatile Instant lastReload = Instant.MIN;

  SigningKeys(Vertx vertx, Transactions transactions, InstantSource clock, Settings settings) {
    this.vertx = vertx;
    this.transactions = transactions;
    this.clock = clock;
    this.settings = settings;
    this.schedule =
        new KeySchedule(
            settings.keyRotateAfter(), settings.keyActivationDelay(), TokenLife.LONGEST);
  }

  /** Reads the keys and makes the first; at start, before anything is answered. */
  public Uni<Void> open() {
    return transactions
        .in(SigningKeys::rows)
        .chain(rows -> vertx.executeBlocking(() -> openFactory(rows)))
        .invoke(open -> factory = open)
        .chain(this::rotateIfDue);
  }

  private SigningKeyFactory openFactory(List<SigningKeyEntity> rows) {
    return new SigningKeyFactory(Keyset.open(settings.keysetFile(), rows.isEmpty()), random);
  }

  /** Takes in what other instances made, and makes a new key when the youngest is old enough. */
  @Scheduled(
      every = "20s",
      delayed = "20s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> rotateIfDue() {
    Instant now = clock.instant();
    KeyRing known = ring;
    Optional<Instant> due = known == null ? Optional.of(now) : schedule.due(known.times(), now);
    Uni<Void> rotation =
        due.isEmpty() ? Uni.createFrom().voidItem() : rotate(keys -> schedule.due(keys, now));
    return rotation.chain(this::reload);
  }

  /**
   * Makes a new key now.
   *
   * @param delay how long it is published before it signs
   */
  public Uni<Void> rotateNow(Duration delay) {
    Instant activeFrom = clock.instant().plus(delay);
    return rotate(keys -> Optional.of(activeFrom)).chain(this::reload);
  }

  /** The key that signs now. */
  SigningKey signer() {
    return ring().signer(clock.instant());
  }

  /** All keys that verify now. */
  public List<SigningKey> published() {
    return ring().published(clock.instant());
  }

  /** The key of this name if it verifies now. */
  Optional<SigningKey> verifier(String kid) {
    return ring().verifier(kid, clock.instant());
  }

  /** Reads the keys again for a name that is not known, unless that was done a moment ago. */
  Uni<Boolean> reloadForUnknown() {
    if (clock.instant().isBefore(lastReload.plus(SHORTEST_PAUSE))) {
      return Uni.createFrom().item(false);
    }
    lastReload = clock.instant();
    return reload().replaceWith(true);
  }

  private interface Due {
    Optional<Instant> of(List<KeyTimes> keys);
  }

  private Uni<Void> rotate(Due due) {
    Instant now = clock.instant();
    return vertx
        .executeBlocking(() -> factory().create(now, now))
        .chain(fresh ->
            transactions.in(session ->
                Lock.on(session, "signing-keys")
                    .chain(() -> rows(session))
                    .chain(rows -> replace(session, rows, due, fresh, now))));
  }

  private Uni<Void> replace(
      Mutiny.StatelessSession session,
      List<SigningKeyEntity> rows,
      Due due,
      SigningKeyEntity fresh,
      Instant now) {
    List<KeyTimes> times = rows.stream().map(SigningKeyEntity::times).toList();
    Optional<Instant> activeFrom = due.of(times);
    if (activeFrom.isEmpty()) {
      return Uni.createFrom().voidItem(); // another instance was first
    }
    fresh.activeFrom = activeFrom.get();
    List<KeyTimes> kept = schedule.published(times, now);
    List<SigningKeyEntity> over = rows.stream().filter(row -> !kept.contains(row.times())).toList();
    LOG.infof(
        "action=rotate-signing-key kid=%s activeFrom=%s removed=%d",
        fresh.kid, fresh.activeFrom, over.size());
    Uni<Void> inserted = session.insert(fresh);
    return over.isEmpty() ? inserted : inserted.chain(() -> session.deleteAll(over.toArray()));
  }

  private Uni<Void> reload() {
    return transactions
        .in(SigningKeys::rows)
        .invoke(rows -> ring = new KeyRing(rows.stream().map(factory()::read).toList(), schedule))
        .replaceWithVoid();
  }

  private static Uni<List<SigningKeyEntity>> rows(Mutiny.StatelessSession session) {
    return session.createQuery("from SigningKeyEntity", SigningKeyEntity.class).getResultList();
  }

  private SigningKeyFactory factory() {
    SigningKeyFactory open = factory;
    if (open == null) {
      throw new IllegalStateException("the signing keys are not open yet");
    }
    return open;
  }

  private KeyRing ring() {
    KeyRing known = ring;
    if (known == null) {
      throw new IllegalStateException("the signing keys are not read yet");
    }
    return known;
  }
}
