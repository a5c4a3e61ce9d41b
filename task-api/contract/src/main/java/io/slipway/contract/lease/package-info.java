/**
 * What task-api and credential-broker say to one another about the leases of runs, over HTTP; see
 * {@code docs/interfaces.md} section 4.
 */
package io.slipway.contract.lease;
