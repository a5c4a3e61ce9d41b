package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A secret that {@code RUN --mount=type=secret} reads. With neither a file nor a variable it is the
 * variable that is named like its id, else the file of that name.
 *
 * @param id id in the Dockerfile
 * @param file path below the step's working directory, or null
 * @param variable variable of the step's environment, or null
 */
public record BuildSecret(String id, @Nullable String file, @Nullable String variable) {
  /**
   * Reads the value of {@code --secret}: {@code id=x,src=file} or {@code id=x,env=VARIABLE}.
   *
   * @throws Refusal if it is malformed
   */
  static BuildSecret parse(String text) throws Refusal {
    Map<String, String> fields =
        FlagValues.fields("--secret", text, "id", "src", "source", "env", "type");
    String id = fields.get("id");
    if (id == null || id.isEmpty()) {
      throw Refusal.user("--secret " + text + " has no id=…");
    }
    String file = fields.getOrDefault("src", fields.get("source"));
    String variable = fields.get("env");
    if (file != null && variable != null) {
      throw Refusal.user("--secret " + text + " has both a file and a variable");
    }
    return new BuildSecret(id, file, variable);
  }
}
