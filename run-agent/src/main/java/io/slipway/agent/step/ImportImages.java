package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.contract.ImageRef;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies an image, or a whole index, into the run's registry; digests stay the same. */
@ApplicationScoped
public class ImportImages {
  private static final String STEP = "import";

  private final InstantSource clock;

  ImportImages(InstantSource clock) {
    this.clock = clock;
  }

  /** Copies the source to all targets, one after another. */
  public void run(Attempt attempt, TaskStep.Import wanted) throws Refusal, InterruptedException {
    Instant begun = clock.instant();
    attempt.report().started(STEP, StepKind.IMPORT, begun);
    try {
      copyAll(attempt, wanted);
      attempt.report().completed(STEP, StepKind.IMPORT, StepOutcome.SUCCEEDED, null, null, begun);
    } catch (Refusal failed) {
      attempt
          .report()
          .completed(STEP, StepKind.IMPORT, StepOutcome.FAILED, null, failed.text(), begun);
      throw failed;
    }
  }

  private static void copyAll(Attempt attempt, TaskStep.Import wanted)
      throws Refusal, InterruptedException {
    ImageReference source = source(wanted.source());
    for (ImageReference target : targets(attempt, wanted)) {
      try {
        if (target.tag() != null && !wanted.force() && attempt.registries().exists(target)) {
          throw Refusal.user(
              "Conflict: Tag %s:%s already exists in target registry."
                  .formatted(target.repository(), target.tag()));
        }
        attempt.log().engine("Importing " + source.canonical() + " to " + name(target));
        PushedImage pushed =
            attempt.registries().copy(source, target, line -> attempt.log().output(line));
        ImageRef image =
            new ImageRef(target.registry(), target.repository(), target.tag(), pushed.digest());
        attempt.pushed().add(image);
        attempt.report().pushed(STEP, image);
      } catch (RegistryCallException refused) {
        throw BuilderRefusals.of(refused);
      }
    }
  }

  private static ImageReference source(TaskStep.ImageSource source) throws Refusal {
    String separator = source.reference().startsWith("sha256:") ? "@" : ":";
    return ImageReference.parse(
        source.registry() + "/" + source.repository() + separator + source.reference());
  }

  private static List<ImageReference> targets(Attempt attempt, TaskStep.Import wanted)
      throws Refusal {
    List<ImageReference> targets = new ArrayList<>();
    for (String target : wanted.targets()) {
      ImageReference image = ImageReference.parse(attempt.spec().loginServer() + "/" + target);
      targets.add(image.tag() == null ? image.withTag("latest") : image);
    }
    for (String target : wanted.untaggedTargets()) {
      targets.add(ImageReference.parse(attempt.spec().loginServer() + "/" + target));
    }
    return targets;
  }

  private static String name(ImageReference target) {
    @Nullable String tag = target.tag();
    return target.registry() + "/" + target.repository() + (tag == null ? "" : ":" + tag);
  }
}
