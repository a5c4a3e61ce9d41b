/** What this machine can do for Slipway, found by trying. */
package io.slipway.local.doctor;
