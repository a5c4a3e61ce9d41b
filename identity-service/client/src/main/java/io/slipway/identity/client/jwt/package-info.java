/** Checks tokens of identity-service: who signed them, how, for whom, until when. */
@NullMarked
package io.slipway.identity.client.jwt;

import org.jspecify.annotations.NullMarked;
