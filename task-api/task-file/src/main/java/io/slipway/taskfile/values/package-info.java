/** What templates can refer to: {@code .Values}, {@code .Run}, and their forms as JSON. */
package io.slipway.taskfile.values;
