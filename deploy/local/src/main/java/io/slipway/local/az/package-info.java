/** The Azure CLI, unmodified, with settings of this platform's own. */
package io.slipway.local.az;
