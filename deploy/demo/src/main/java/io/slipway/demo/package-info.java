/** The demo: the article from end to end, and stand-ins for the public hosts it needs. */
package io.slipway.demo;
