/** What a one-machine platform keeps: its folder, ports, settings, secrets and certificates. */
package io.slipway.local.state;
