package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * System calls that no build and no step needs and that reach the kernel beyond the container: they
 * answer {@code EPERM}.
 */
final class SeccompProfile {
  private static final int EPERM = 1;
  private static final List<String> REFUSED =
      List.of(
          "acct",
          "add_key",
          "bpf",
          "clock_adjtime",
          "clock_settime",
          "create_module",
          "delete_module",
          "finit_module",
          "fsconfig",
          "fsmount",
          "fsopen",
          "fspick",
          "get_kernel_syms",
          "init_module",
          "io_uring_enter",
          "io_uring_register",
          "io_uring_setup",
          "ioperm",
          "iopl",
          "kcmp",
          "kexec_file_load",
          "kexec_load",
          "keyctl",
          "lookup_dcookie",
          "mount",
          "mount_setattr",
          "move_mount",
          "nfsservctl",
          "open_by_handle_at",
          "open_tree",
          "perf_event_open",
          "pivot_root",
          "process_vm_readv",
          "process_vm_writev",
          "query_module",
          "quotactl",
          "quotactl_fd",
          "reboot",
          "request_key",
          "setns",
          "settimeofday",
          "swapoff",
          "swapon",
          "sysfs",
          "syslog",
          "umount",
          "umount2",
          "unshare",
          "uselib",
          "userfaultfd",
          "ustat",
          "vm86",
          "vm86old");

  private SeccompProfile() {}

  static ObjectNode json() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    profile.put("defaultAction", "SCMP_ACT_ALLOW");
    ObjectNode rule = profile.putArray("syscalls").addObject();
    ArrayNode names = rule.putArray("names");
    REFUSED.forEach(names::add);
    rule.put("action", "SCMP_ACT_ERRNO").put("errnoRet", EPERM);
    return profile;
  }
}
