/** Which addresses may be connected to for a user, who must not borrow the place of a service. */
@NullMarked
package io.slipway.identity.client.egress;

import org.jspecify.annotations.NullMarked;
