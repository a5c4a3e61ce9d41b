package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system calls of a container: Docker's list for the capabilities that it has. All others
 * answer {@code EPERM}, new ones of the kernel too.
 *
 * @see <a href="https://docs.docker.com/engine/security/seccomp/">Docker's profile</a>
 */
final class SeccompProfile {
  private static final Logger LOG = System.getLogger(SeccompProfile.class.getName());
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  /** Flags of {@code clone} that make namespaces. */
  private static final long NAMESPACES = 0x7E020000L;

  /** Sockets to the machine below a virtual machine. */
  private static final int AF_VSOCK = 40;

  /**
   * What {@code personality} may be asked for: Linux, 32 bits, no randomness of addresses, both,
   * and what it is now.
   */
  private static final List<Long> PERSONALITIES = List.of(0L, 8L, 0x20000L, 0x20008L, 0xffffffffL);

  private static final Map<String, List<String>> CALLS = read();

  /** By capabilities, of which a configuration knows but a few kinds. */
  private static final Map<List<String>, Made> MADE = new ConcurrentHashMap<>();

  private SeccompProfile() {}

  /**
   * A profile.
   *
   * @param json as an OCI runtime wants it
   * @param filter made of it already, in base64; empty if that cannot be done here
   */
  record Made(ObjectNode json, Optional<String> filter) {}

  /**
   * The profile for capabilities.
   *
   * @param capabilities their names as in {@link OciConfig#capabilities}
   */
  static Made of(Collection<String> capabilities) {
    return MADE.computeIfAbsent(
        List.copyOf(capabilities),
        names -> {
          ObjectNode json = json(names);
          return new Made(json, filter(json));
        });
  }

  private static Optional<String> filter(ObjectNode json) {
    try {
      return Optional.of(SeccompFilter.base64(json));
    } catch (IOException notHere) {
      LOG.log(
          Level.INFO,
          "each container makes its filter of system calls itself: {0}",
          notHere.getMessage());
      return Optional.empty();
    }
  }

  private static Map<String, List<String>> read() {
    Map<String, List<String>> calls = new HashMap<>();
    try (InputStream in = SeccompProfile.class.getResourceAsStream("system-calls.txt")) {
      if (in == null) {
        throw new IOException("system-calls.txt is missing");
      }
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(": ", 2);
          calls
              .computeIfAbsent(parts[0], key -> new ArrayList<>())
              .addAll(Arrays.asList(parts[1].split(" ")));
        }
      }
      return calls;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static ObjectNode json(Collection<String> capabilities) {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    profile.put("defaultAction", "SCMP_ACT_ERRNO").put("defaultErrnoRet", EPERM);
    architectures(profile.putArray("architectures"), System.getProperty("os.arch"));
    ArrayNode rules = profile.putArray("syscalls");
    allow(rules, CALLS.getOrDefault("any", List.of()));
    for (String capability : capabilities) {
      List<String> calls = CALLS.get(capability);
      if (calls != null) {
        allow(rules, calls);
      }
    }
    condition(allow(rules, List.of("clone")), NAMESPACES, "SCMP_CMP_MASKED_EQ").put("valueTwo", 0);
    condition(allow(rules, List.of("socket")), AF_VSOCK, "SCMP_CMP_NE");
    for (long each : PERSONALITIES) {
      condition(allow(rules, List.of("personality")), each, "SCMP_CMP_EQ");
    }
    // Its flags lie in memory, where no filter sees them; C libraries then take clone.
    ObjectNode clone3 = rules.addObject();
    clone3.putArray("names").add("clone3");
    clone3.put("action", "SCMP_ACT_ERRNO").put("errnoRet", ENOSYS);
    return profile;
  }

  /**
   * With the 32-bit kinds, whose programs the filter would end otherwise. Not with x32, which
   * hardly any kernel has any more: each kind costs 5 ms of processor time per container.
   */
  private static void architectures(ArrayNode names, String machine) {
    switch (machine) {
      case "amd64" -> names.add("SCMP_ARCH_X86_64").add("SCMP_ARCH_X86");
      case "aarch64" -> names.add("SCMP_ARCH_AARCH64").add("SCMP_ARCH_ARM");
      default -> {
        // The runtime takes the machine's own.
      }
    }
  }

  private static ObjectNode allow(ArrayNode rules, List<String> calls) {
    ObjectNode rule = rules.addObject();
    ArrayNode names = rule.putArray("names");
    calls.forEach(names::add);
    return rule.put("action", "SCMP_ACT_ALLOW");
  }

  private static ObjectNode condition(ObjectNode rule, long value, String operator) {
    return rule.putArray("args")
        .addObject()
        .put("index", 0)
        .put("value", value)
        .put("op", operator);
  }
}
