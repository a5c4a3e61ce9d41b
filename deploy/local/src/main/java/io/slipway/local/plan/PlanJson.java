package io.slipway.local.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.slipway.taskfile.plan.PlanDocument;
import io.slipway.taskfile.plan.StepPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans for programs; the shape is in docs/interfaces.md. */
public final class PlanJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PlanJson() {}

  /** One document for all files. */
  public static String of(List<PlannedFile> files) {
    try {
      return MAPPER.writeValueAsString(
          Map.of("files", files.stream().map(PlanJson::document).toList()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, Object> document(PlannedFile file) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.name());
    document.put("problems", file.problems().stream().map(PlanDocument::of).toList());
    document.put("warnings", file.warnings().stream().map(PlanDocument::of).toList());
    StepPlan plan = file.plan();
    if (plan != null) {
      Map<String, Object> planned = PlanDocument.of(plan);
      List<Map<String, Object>> bases = new ArrayList<>();
      file.bases()
          .forEach((step, base) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("step", step);
            one.putAll(base.document());
            bases.add(one);
          });
      planned.put("baseImages", bases);
      document.put("plan", planned);
    }
    return document;
  }
}
