/** The front door: one TLS address for people, behind it the services. */
package io.slipway.local.door;
