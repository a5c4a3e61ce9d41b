package io.slipway.broker.binding;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of a binding; {@code userName} and {@code password} are encrypted. */
@Entity
@IdClass(BindingKey.class)
@Table(name = "binding")
public class BindingEntity {
  @Id public UUID owner;

  /** The login server in lower case. */
  @Id
  @Column(name = "server_key")
  public String serverKey;

  @Column(name = "login_server")
  public String loginServer;

  @Enumerated(EnumType.STRING)
  public BindingKind kind;

  @Column(name = "principal_id")
  public @Nullable UUID principalId;

  @Column(name = "client_id")
  public @Nullable String clientId;

  /** Joined by commas. */
  public String actions;

  @Column(name = "user_name")
  public byte @Nullable [] userName;

  public byte @Nullable [] password;

  /** The actions that it may be used for. */
  public List<String> actionList() {
    return actions.isEmpty() ? List.of() : Arrays.asList(actions.split(","));
  }
}
