package io.slipway.identity.token;

import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeyTimes;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Row of a signing key; {@code privateKey} is encrypted. */
@Entity
@Table(name = "signing_key")
public class SigningKeyEntity {
  /** {@code token} or {@code attestation}. */
  public String purpose = "token";

  @Id public String kid;

  @Enumerated(EnumType.STRING)
  public TokenAlgorithm algorithm;

  @Column(name = "public_key")
  public byte[] publicKey;

  @Column(name = "private_key")
  public byte[] privateKey;

  public byte[] certificate;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "active_from")
  public Instant activeFrom;

  /** When it signs. */
  public KeyTimes times() {
    return new KeyTimes(kid, activeFrom);
  }
}
