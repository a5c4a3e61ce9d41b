package io.slipway.taskapi.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Row of {@code registry}. */
@Entity(name = "Registry")
@Table(name = "registry")
class RegistryEntity {
  @Id UUID uid;
  String name;

  @Column(name = "name_key")
  String nameKey;

  /** Null once the registry is deleted. */
  @Column(name = "group_key")
  String groupKey;

  String location;
  String sku;
  String tags;
  String state;

  @Column(name = "login_server")
  String loginServer;

  @Column(name = "principal_id")
  String principalId;

  @Column(name = "client_id")
  String clientId;

  @Column(name = "run_prefix")
  String runPrefix;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "arm_tokens")
  boolean armTokens;

  @Column(name = "completion_failures")
  int completionFailures;
}
