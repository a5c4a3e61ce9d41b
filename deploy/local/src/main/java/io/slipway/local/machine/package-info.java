/** Programs that this machine has or lacks, and how they are installed. */
package io.slipway.local.machine;
