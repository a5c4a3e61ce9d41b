package io.slipway.identity.role;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.identity.access.RoleDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** The roles that exist everywhere, from {@code built-in-roles.json}. */
@ApplicationScoped
public class BuiltInRoles {
  private final List<RoleDefinition> roles;
  private final Map<UUID, RoleDefinition> byId;
  private final String digest;

  public BuiltInRoles() {
    byte[] file = file();
    this.digest = digest(file);
    this.roles = read(file);
    this.byId = roles.stream().collect(Collectors.toMap(RoleDefinition::id, Function.identity()));
  }

  /** Other if other roles are built in. */
  String digest() {
    return digest;
  }

  /** All, by name. */
  public List<RoleDefinition> all() {
    return roles;
  }

  /** The role with this id. */
  public Optional<RoleDefinition> byId(UUID id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The role with this name, in any case. */
  public Optional<RoleDefinition> byName(String name) {
    return roles.stream().filter(role -> role.roleName().equalsIgnoreCase(name)).findFirst();
  }

  private static byte[] file() {
    try (InputStream file =
        Objects.requireNonNull(BuiltInRoles.class.getResourceAsStream("/built-in-roles.json"))) {
      return file.readAllBytes();
    } catch (IOException broken) {
      throw new IllegalStateException("built-in-roles.json can't be read", broken);
    }
  }

  private static List<RoleDefinition> read(byte[] file) {
    try {
      return List.of(new ObjectMapper().readValue(file, RoleDefinition[].class));
    } catch (IOException broken) {
      throw new IllegalStateException("built-in-roles.json can't be read", broken);
    }
  }

  private static String digest(byte[] file) {
    CRC32 sum = new CRC32();
    sum.update(file);
    return Long.toHexString(sum.getValue());
  }
}
