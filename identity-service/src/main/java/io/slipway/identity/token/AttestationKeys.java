package io.slipway.identity.token;

import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.InstantSource;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The key with which the platform signs what it says of images. It is of its own kind: no token is
 * signed with it, and it does not leave this service. The first use makes it.
 */
@ApplicationScoped
public class AttestationKeys {
  private static final String NEWEST =
      "from SigningKeyEntity where purpose = 'attestation' order by createdAt desc, kid";

  private final Vertx vertx;
  private final Transactions transactions;
  private final SigningKeys keys;
  private final InstantSource clock;

  private volatile @Nullable SigningKey newest;

  AttestationKeys(Vertx vertx, Transactions transactions, SigningKeys keys, InstantSource clock) {
    this.vertx = vertx;
    this.transactions = transactions;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A signature: ECDSA on P-256 with SHA-256, in DER.
   *
   * @param keyId name of the key
   */
  public record Signed(String keyId, byte[] signature) {}

  /** Signs bytes. */
  public Uni<Signed> sign(byte[] message) {
    return newest().chain(key -> vertx.executeBlocking(() -> signed(key, message), false));
  }

  /** The public keys of all that was ever signed, the newest first. */
  public Uni<List<PublicKey>> published() {
    return newest()
        .chain(made -> transactions.in(AttestationKeys::rows))
        .map(rows -> rows.stream().map(row -> keys.factory().read(row).publicKey()).toList());
  }

  private static Signed signed(SigningKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key.privateKey());
    signature.update(message);
    return new Signed(key.times().kid(), signature.sign());
  }

  private Uni<SigningKey> newest() {
    SigningKey known = newest;
    return known != null
        ? Uni.createFrom().item(known)
        : transactions
            .in(AttestationKeys::rows)
            .chain(rows -> rows.isEmpty() ? create() : Uni.createFrom().item(rows.getFirst()))
            .map(row -> keys.factory().read(row))
            .invoke(key -> newest = key);
  }

  /** Unless another instance was first. */
  private Uni<SigningKeyEntity> create() {
    return vertx
        .executeBlocking(
            () -> keys.factory().create(TokenAlgorithm.ES256, clock.instant(), clock.instant()))
        .chain(fresh -> {
          fresh.purpose = "attestation";
          return transactions.in(session ->
              Lock.on(session, "attestation-key")
                  .chain(() -> rows(session))
                  .chain(rows ->
                      rows.isEmpty()
                          ? session.insert(fresh).replaceWith(fresh)
                          : Uni.createFrom().item(rows.getFirst())));
        });
  }

  private static Uni<List<SigningKeyEntity>> rows(Mutiny.StatelessSession session) {
    return session.createQuery(NEWEST, SigningKeyEntity.class).getResultList();
  }
}
