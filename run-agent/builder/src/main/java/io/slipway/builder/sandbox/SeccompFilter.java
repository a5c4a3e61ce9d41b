package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A profile of system calls as the program that the kernel wants, by libseccomp, which OCI runtimes
 * ask for it, too. To make it takes longer than to start a container, and it is always the same.
 */
final class SeccompFilter {
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;

  /** What libseccomp answers for a system call that no processor has. */
  private static final int UNKNOWN = -1;

  /** An architecture that is in the filter already. */
  private static final int EEXIST = 17;

  /** Bytes of {@code struct scmp_arg_cmp}: index and operator, then two values. */
  private static final int COMPARISON = 24;

  private SeccompFilter() {}

  /** libseccomp, bound once it is needed. */
  private static final class Seccomp {
    static {
      Native.register(
          Seccomp.class,
          NativeLibrary.getInstance(
              "libseccomp.so.2",
              Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name())));
    }

    static native Pointer seccomp_init(int action);

    static native void seccomp_release(Pointer filter);

    static native int seccomp_arch_resolve_name(String name);

    static native int seccomp_arch_add(Pointer filter, int architecture);

    static native int seccomp_syscall_resolve_name(String name);

    static native int seccomp_rule_add_array(
        Pointer filter, int action, int call, int count, @Nullable Pointer comparisons);

    static native int seccomp_export_bpf(Pointer filter, int descriptor);
  }

  /** A file in memory, since libseccomp writes to descriptors alone. */
  private static final class C {
    static {
      Native.register(C.class, NativeLibrary.getInstance("c"));
    }

    static native int memfd_create(String name, int flags);

    static native int close(int descriptor);
  }

  /**
   * The filter in base64.
   *
   * @param profile as in {@link SeccompProfile}
   * @throws IOException if libseccomp is not there, or refuses a rule
   */
  static String base64(JsonNode profile) throws IOException {
    try {
      Pointer filter = Seccomp.seccomp_init(ERRNO | profile.path("defaultErrnoRet").asInt());
      if (filter == null) {
        throw new IOException("libseccomp refuses the default action");
      }
      try {
        for (JsonNode name : profile.path("architectures")) {
          architecture(filter, name.asText());
        }
        for (JsonNode rule : profile.path("syscalls")) {
          rule(filter, rule);
        }
        return Base64.getEncoder().encodeToString(program(filter));
      } finally {
        Seccomp.seccomp_release(filter);
      }
    } catch (UnsatisfiedLinkError missing) {
      throw new IOException("libseccomp cannot be loaded: " + missing.getMessage(), missing);
    }
  }

  private static void architecture(Pointer filter, String name) throws IOException {
    String plain = name.substring("SCMP_ARCH_".length()).toLowerCase(Locale.ROOT);
    int architecture = Seccomp.seccomp_arch_resolve_name(plain);
    if (architecture == 0) {
      throw new IOException("libseccomp does not know " + name);
    }
    int code = Seccomp.seccomp_arch_add(filter, architecture);
    if (code != -EEXIST) {
      require(code, name);
    }
  }

  private static void rule(Pointer filter, JsonNode rule) throws IOException {
    int action =
        switch (rule.path("action").asText()) {
          case "SCMP_ACT_ALLOW" -> ALLOW;
          case "SCMP_ACT_ERRNO" -> ERRNO | rule.path("errnoRet").asInt();
          default -> throw new IOException("no such action: " + rule.path("action"));
        };
    JsonNode comparisons = rule.path("args");
    @Nullable Pointer array = comparisons.isEmpty() ? null : array(comparisons);
    for (JsonNode name : rule.path("names")) {
      int call = Seccomp.seccomp_syscall_resolve_name(name.asText());
      // A call that this libseccomp does not know is not allowed by it either, as in runtimes.
      if (call != UNKNOWN) {
        require(
            Seccomp.seccomp_rule_add_array(filter, action, call, comparisons.size(), array),
            name.asText());
      }
    }
  }

  private static Pointer array(JsonNode comparisons) throws IOException {
    Memory array = new Memory((long) COMPARISON * comparisons.size());
    for (int i = 0; i < comparisons.size(); i++) {
      JsonNode each = comparisons.get(i);
      long at = (long) COMPARISON * i;
      array.setInt(at, each.path("index").asInt());
      array.setInt(at + 4, operator(each.path("op").asText()));
      array.setLong(at + 8, each.path("value").asLong());
      array.setLong(at + 16, each.path("valueTwo").asLong());
    }
    return array;
  }

  private static int operator(String name) throws IOException {
    return switch (name) {
      case "SCMP_CMP_NE" -> 1;
      case "SCMP_CMP_EQ" -> 4;
      case "SCMP_CMP_MASKED_EQ" -> 7;
      default -> throw new IOException("no such operator: " + name);
    };
  }

  private static byte[] program(Pointer filter) throws IOException {
    int descriptor = C.memfd_create("seccomp", 1);
    require(descriptor, "memfd_create");
    try {
      require(Seccomp.seccomp_export_bpf(filter, descriptor), "seccomp_export_bpf");
      return Files.readAllBytes(Path.of("/proc/self/fd", String.valueOf(descriptor)));
    } finally {
      int unused = C.close(descriptor);
    }
  }

  private static void require(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException("libseccomp answers %d to %s".formatted(code, what));
    }
  }
}
