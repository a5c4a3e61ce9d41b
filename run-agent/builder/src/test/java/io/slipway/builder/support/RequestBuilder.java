package io.slipway.builder.support;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.Limits;
import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A request from the flags of {@code docker build}, and from what a run makes of them. */
public final class RequestBuilder {
  private final Path context;
  private final Path dockerfile;
  private final List<String> words = new ArrayList<>();
  private List<ImageReference> tags = List.of();
  private Map<String, String> buildArgs = Map.of();
  private Map<String, Path> secrets = Map.of();
  private NamedContexts<ExtraContext> contexts = NamedContexts.none();
  private Limits limits = Limits.NONE;

  public RequestBuilder(Path context, Path dockerfile) {
    this.context = context;
    this.dockerfile = dockerfile;
  }

  private RequestBuilder flag(String name, String value) {
    words.add(name);
    words.add(value);
    return this;
  }

  public RequestBuilder tags(List<ImageReference> names) {
    tags = names;
    return this;
  }

  public RequestBuilder buildArgs(Map<String, String> arguments) {
    buildArgs = arguments;
    return this;
  }

  public RequestBuilder target(String stage) {
    return stage == null ? this : flag("--target", stage);
  }

  public RequestBuilder platforms(List<String> all) {
    return flag("--platform", String.join(",", all));
  }

  public RequestBuilder labels(Map<String, String> all) {
    all.forEach((name, value) -> flag("--label", name + "=" + value));
    return this;
  }

  public RequestBuilder noCache() {
    words.add("--no-cache");
    return this;
  }

  public RequestBuilder noCacheFor(List<String> stages) {
    return flag("--no-cache-filter", String.join(",", stages));
  }

  public RequestBuilder secrets(Map<String, Path> files) {
    secrets = files;
    return this;
  }

  public RequestBuilder network(String mode) {
    return flag("--network", mode);
  }

  public RequestBuilder limits(Limits all) {
    limits = all;
    return this;
  }

  public RequestBuilder output(String value) {
    return flag("--output", value);
  }

  public RequestBuilder cacheFrom(ImageReference image) {
    return flag("--cache-from", image.familiar());
  }

  public RequestBuilder cacheTo(ImageReference image) {
    return flag("--cache-to", image.familiar());
  }

  public RequestBuilder contexts(NamedContexts<ExtraContext> all) {
    contexts = all;
    return this;
  }

  public RequestBuilder annotations(BuildAnnotations all) {
    all.manifest().forEach((name, value) -> flag("--annotation", name + "=" + value));
    all.index().forEach((name, value) -> flag("--annotation", "index:" + name + "=" + value));
    return this;
  }

  public BuildRequest done() throws Exception {
    words.add(".");
    BuildCommand command = BuildCommand.of(words);
    return new BuildRequest(
        command,
        context,
        dockerfile,
        tags,
        command.platforms(),
        buildArgs,
        secrets,
        contexts,
        limits);
  }
}
