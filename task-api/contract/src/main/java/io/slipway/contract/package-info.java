/** The wording of Slipway's events: plain records that anybody can read. */
package io.slipway.contract;
