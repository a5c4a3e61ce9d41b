/** The one class that has to live beside jib's own; see its comment. */
package com.google.cloud.tools.jib.http;
