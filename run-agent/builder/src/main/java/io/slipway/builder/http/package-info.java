/** Connections for users, which the egress policy binds. */
@org.jspecify.annotations.NullMarked
package io.slipway.builder.http;
