package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;

/**
 * The limits of a context.
 *
 * @param downloadBytes bytes of an archive, an artifact's file or a repository's objects as sent
 * @param bytes bytes of all files of a context
 * @param entries files, folders and links of a context
 * @param freeBytes bytes that must stay free on the disk of the workspaces
 */
record ContextLimits(long downloadBytes, long bytes, long entries, long freeBytes) {
  static ContextLimits of(AgentConfig.Agent agent) {
    return new ContextLimits(
        agent.contextDownloadLimit(),
        agent.contextLimit(),
        agent.contextEntries(),
        agent.contextFreeSpace());
  }
}
