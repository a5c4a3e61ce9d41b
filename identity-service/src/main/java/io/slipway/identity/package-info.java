/**
 * The passport office of the platform: principals, managed identities, roles and tokens. It has
 * never heard of a task, a run or a login server.
 */
package io.slipway.identity;
