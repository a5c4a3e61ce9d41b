package io.slipway.builder.sandbox;

import java.util.List;

/**
 * Whom a process runs as.
 *
 * @param uid number of the user
 * @param gid number of the group
 * @param groups further groups
 * @param home home folder
 */
public record ProcessUser(long uid, long gid, List<Long> groups, String home) {}
