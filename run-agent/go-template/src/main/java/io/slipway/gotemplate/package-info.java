/** Templates in task files: {@code {{.Run.ID}}}, {@code {{.Values.x}}}. */
package io.slipway.gotemplate;
