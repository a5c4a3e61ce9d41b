package io.slipway.identity.token;

import io.quarkus.scheduler.Scheduled;
import io.slipway.identity.client.jwt.KeySource;
import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeySchedule;
import io.slipway.identity.key.KeyTimes;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of the platform. They live in the database, encrypted; each instance holds them
 * in memory and reads them again now and then. New ones are made under a lock, so that instances
 * don't race.
 */
@ApplicationScoped
public class SigningKeys implements KeySource {
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
        .chain(this::reload)
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
    return each(algorithm ->
            schedule.due(ring().times(algorithm), now).isEmpty()
                ? Uni.createFrom().voidItem()
                : rotate(algorithm, keys -> schedule.due(keys, now), false))
        .chain(this::reload);
  }

  private static Uni<Void> each(Function<TokenAlgorithm, Uni<Void>> step) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (TokenAlgorithm algorithm : TokenAlgorithm.values()) {
      all = all.chain(() -> step.apply(algorithm));
    }
    return all;
  }

  /**
   * Makes a new key of each algorithm now.
   *
   * @param delay how long it is published before it signs
   */
  public Uni<Void> rotateNow(Duration delay) {
    Instant activeFrom = clock.instant().plus(delay);
    return each(algorithm -> rotate(algorithm, keys -> Optional.of(activeFrom), false))
        .chain(this::reload);
  }

  /**
   * Makes new keys that sign at once and deletes all others, for keys that leaked: whatever was
   * signed before opens nothing any more, here at once and elsewhere when the keys are read again.
   */
  public Uni<Void> revokeAll() {
    Instant now = clock.instant();
    return each(algorithm -> rotate(algorithm, keys -> Optional.of(now), true)).chain(this::reload);
  }

  /** The key that signs now. */
  SigningKey signer(TokenAlgorithm algorithm) {
    return ring().signer(algorithm, clock.instant());
  }

  /** All keys that verify now. */
  public List<SigningKey> published() {
    return ring().published(clock.instant());
  }

  @Override
  public Optional<PublicKey> key(String kid) {
    return ring().verifier(kid, clock.instant()).map(SigningKey::publicKey);
  }

  /** Another instance may have made a key that this one has not read yet. */
  @Override
  public CompletionStage<Void> lookAgain() {
    return reloadForUnknown().subscribeAsCompletionStage();
  }

  private Uni<Void> reloadForUnknown() {
    if (clock.instant().isBefore(lastReload.plus(SHORTEST_PAUSE))) {
      return Uni.createFrom().voidItem();
    }
    lastReload = clock.instant();
    return reload();
  }

  private interface Due {
    Optional<Instant> of(List<KeyTimes> keys);
  }

  private Uni<Void> rotate(TokenAlgorithm algorithm, Due due, boolean revoke) {
    Instant now = clock.instant();
    return vertx
        .executeBlocking(() -> factory().create(algorithm, now, now))
        .chain(fresh ->
            transactions.in(session ->
                Lock.on(session, "signing-keys")
                    .chain(() -> rows(session))
                    .chain(rows -> replace(session, rows, due, fresh, now, revoke))));
  }

  private Uni<Void> replace(
      Mutiny.StatelessSession session,
      List<SigningKeyEntity> rows,
      Due due,
      SigningKeyEntity fresh,
      Instant now,
      boolean revoke) {
    List<SigningKeyEntity> alike =
        rows.stream().filter(row -> row.algorithm == fresh.algorithm).toList();
    List<KeyTimes> times = alike.stream().map(SigningKeyEntity::times).toList();
    Optional<Instant> activeFrom = due.of(times);
    if (activeFrom.isEmpty()) {
      return Uni.createFrom().voidItem(); // another instance was first
    }
    fresh.activeFrom = activeFrom.get();
    List<KeyTimes> kept = revoke ? List.of() : schedule.published(times, now);
    List<SigningKeyEntity> over =
        alike.stream().filter(row -> !kept.contains(row.times())).toList();
    LOG.infof(
        "action=rotate-signing-key algorithm=%s kid=%s activeFrom=%s removed=%d",
        fresh.algorithm, fresh.kid, fresh.activeFrom, over.size());
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
    return session
        .createQuery("from SigningKeyEntity where purpose = 'token'", SigningKeyEntity.class)
        .getResultList();
  }

  /** What makes and reads keys, with the keyset that encrypts them. */
  SigningKeyFactory factory() {
    SigningKeyFactory open = factory;
    if (open == null) {
      throw new IllegalStateException("the signing keys are not open yet");
    }
    return open;
  }

  /** Whether there are keys to sign with. */
  boolean areRead() {
    return ring != null;
  }

  private KeyRing ring() {
    KeyRing known = ring;
    if (known == null) {
      throw new IllegalStateException("the signing keys are not read yet");
    }
    return known;
  }
}
