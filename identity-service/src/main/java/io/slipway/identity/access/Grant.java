package io.slipway.identity.access;

/**
 * A role that a principal has somewhere.
 *
 * @param role what it may do
 * @param scope where, and below
 */
public record Grant(RoleDefinition role, Scope scope) {}
