/**
 * What task-api and agents say to one another over HTTP; see {@code docs/interfaces.md} section 4.
 */
package io.slipway.contract.agent;
