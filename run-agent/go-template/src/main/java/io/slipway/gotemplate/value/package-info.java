/**
 * Values of templates as Go has them. A value is null, a Boolean, Long, Double, String, List, Map
 * with texts as keys, or a {@link io.slipway.gotemplate.value.Values.GoObject}.
 */
package io.slipway.gotemplate.value;
