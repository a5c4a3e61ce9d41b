package io.slipway.agent.context;

import java.io.IOException;

/** Says what to do when ssh did not let git in; ssh's own words alone name no setting. Pure. */
final class SshRefusal {
  private SshRefusal() {}

  /** The failure with its remedy, or as it is when ssh was not the reason. */
  static IOException explain(String host, GitFailedException failed) {
    String said = String.valueOf(failed.getMessage());
    if (said.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      return new ContextRefusedException(
          "the git server %s shows another key than the agent knows of it: somebody may be in between, or it has a new one (slipway.agent.git-ssh-known-hosts-file)"
              .formatted(host));
    }
    if (said.contains("Host key verification failed")) {
      return new ContextRefusedException(
          "the agent does not know the key of the git server %s: add it to the file of slipway.agent.git-ssh-known-hosts-file"
              .formatted(host));
    }
    if (said.contains("Permission denied (")) {
      return new ContextRefusedException(
          "the git server %s does not take the agent's key (slipway.agent.git-ssh-key-file)"
              .formatted(host));
    }
    return failed;
  }
}
