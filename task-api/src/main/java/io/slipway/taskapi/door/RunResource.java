package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.body.ArmFields;
import io.slipway.taskapi.dispatch.QueuePlaces;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.log.LogLinks;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.CancelRun;
import io.slipway.taskapi.run.RunPage;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.history.Position;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Runs of a registry, as ARM has them. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}")
@RolesAllowed(Caller.ARM)
public class RunResource {
  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  @BeanParam RegistryPath at = new RegistryPath();

  private final CallersRegistries registries;
  private final CancelRun cancelRun;
  private final RunQueries runs;
  private final QueuePlaces places;
  private final LogLinks logLinks;
  private final String publicUrl;

  RunResource(
      CallersRegistries registries,
      CancelRun cancelRun,
      RunQueries runs,
      QueuePlaces places,
      LogLinks logLinks,
      @ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.registries = registries;
    this.cancelRun = cancelRun;
    this.runs = runs;
    this.places = places;
    this.logLinks = logLinks;
    this.publicUrl = publicUrl;
  }

  /** Address of a log. */
  public record LogLink(String logLink) {}

  /** Runs, newest first. */
  @GET
  @Path("/runs")
  public Uni<Page<RunView>> list(
      @QueryParam("$filter") @Nullable String filter,
      @QueryParam("$top") @Nullable Integer top,
      @QueryParam("$skipToken") @Nullable String skipToken) {
    int most = top == null ? USUAL : Math.clamp(top, 1, MOST);
    return registries
        .open(at, "runs/read")
        .chain(registry ->
            runs.list(registry, filter, Position.parse(skipToken), most)
                .map(found -> page(registry, found, filter, top)));
  }

  @GET
  @Path("/runs/{run}")
  public Uni<RunView> get(@PathParam("run") String runId) {
    return registries
        .open(at, "runs/read", "/runs/" + runId)
        .chain(registry ->
            runs.get(registry, runId)
                .chain(run ->
                    place(registry, run).map(place -> RunView.of(registry.id(), run, place))));
  }

  private Uni<QueuePlaces.@Nullable Place> place(Registry registry, Run run) {
    return run.state() instanceof RunState.Queued
        ? places.of(run, registry.tags())
        : Uni.createFrom().nullItem();
  }

  /** Keeps the run for good, or no longer. */
  @PATCH
  @Path("/runs/{run}")
  public Uni<RunView> patch(@PathParam("run") String runId, JsonNode body) {
    ArmFields.RUN.check(body);
    JsonNode archived = body.path("isArchiveEnabled");
    boolean isGiven = !archived.isMissingNode() && !archived.isNull();
    if (isGiven && !archived.isBoolean()) {
      throw ArmException.invalid("isArchiveEnabled must be true or false");
    }
    return run(
        "runs/write",
        runId,
        (registry, run) ->
            isGiven
                ? runs.archive(registry, run, archived.asBoolean())
                : Uni.createFrom().item(run));
  }

  /** Cancels the run; 409 for one that is over. */
  @POST
  @Path("/runs/{run}/cancel")
  public Uni<RunView> cancel(@PathParam("run") String runId) {
    return run(
        "runs/cancel/action",
        runId,
        (registry, run) ->
            cancelRun
                .cancel(run.key().uid())
                .chain(() -> runs.get(registry, runId))
                .invoke(after -> {
                  boolean wasOver = run.state() instanceof RunState.Finished;
                  if (wasOver) {
                    throw ArmException.conflict(
                        "The run '" + runId + "' is over: " + after.state().status() + ".");
                  }
                }));
  }

  /** A link to the log of the run: it expires, and opens that log alone, while the caller may. */
  @POST
  @Path("/runs/{run}/listlogsasurl")
  public Uni<LogLink> listLogSasUrl(@PathParam("run") String runId) {
    return registries
        .open(at, "runs/listLogSasUrl/action", "/runs/" + runId)
        .chain(registry -> runs.get(registry, runId))
        .map(run ->
            new LogLink(
                logLinks.link(
                    run.key(),
                    registries.principalId(),
                    run.state() instanceof RunState.Finished)));
  }

  private interface Work {
    Uni<Run> with(Registry registry, Run run);
  }

  private Uni<RunView> run(String action, String runId, Work work) {
    return registries
        .open(at, action, "/runs/" + runId)
        .chain(registry ->
            runs.get(registry, runId)
                .chain(run -> work.with(registry, run))
                .map(run -> RunView.of(registry.id(), run)));
  }

  private Page<RunView> page(
      Registry registry, RunPage found, @Nullable String filter, @Nullable Integer top) {
    List<RunView> views = found.runs().stream().map(run -> RunView.of(registry.id(), run)).toList();
    // With $top the caller has what was asked for when it is that many; a page that ended early
    // says where to go on for the rest.
    Integer rest = top == null ? null : Math.clamp(top, 1, MOST) - views.size();
    boolean complete = found.next() == null || (rest != null && rest == 0);
    return new Page<>(
        views,
        complete ? null : next(registry, filter, Objects.requireNonNull(found.next()), rest));
  }

  private String next(
      Registry registry, @Nullable String filter, Position after, @Nullable Integer rest) {
    return publicUrl
        + registry.id()
        + "/runs?$skipToken="
        + after.token()
        + (rest == null ? "" : "&$top=" + rest)
        + (filter == null ? "" : "&$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8));
  }
}
