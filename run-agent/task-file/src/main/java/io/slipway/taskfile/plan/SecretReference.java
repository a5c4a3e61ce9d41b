package io.slipway.taskfile.plan;

import org.jspecify.annotations.Nullable;

/**
 * A secret that a task asks for; templates read it as {@code {{.Secrets.id}}}.
 *
 * @param id its id, unique within the task, case-sensitive
 * @param keyvault address of the secret, or null
 * @param clientId client id of the identity to ask with, or null for the one of the system
 */
public record SecretReference(String id, @Nullable String keyvault, @Nullable String clientId) {}
