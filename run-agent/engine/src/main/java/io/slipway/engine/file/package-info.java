/** Files of the engines. */
package io.slipway.engine.file;
