@org.jspecify.annotations.NullMarked
package io.slipway.local.request;
