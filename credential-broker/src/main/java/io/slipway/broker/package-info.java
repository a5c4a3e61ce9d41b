/**
 * The key cabinet of the platform: which key opens which registry for which task, and short loans
 * of it. It asks identity-service for tokens and knows no roles.
 */
package io.slipway.broker;
