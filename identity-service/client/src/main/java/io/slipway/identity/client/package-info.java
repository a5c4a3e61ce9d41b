/**
 * What the other services need to speak with identity-service and with each other: tokens and their
 * renewal, scopes and challenges of registries, whom to trust, and outgoing HTTP.
 */
package io.slipway.identity.client;
