package io.slipway.taskapi.logreader;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.RunQueries;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses callers who may not read a log, and runs that do not exist, before the stream begins:
 * once it has begun its status is 200, whatever follows.
 */
class LogStreamAccess {
  static final String ACTION = "Microsoft.ContainerRegistry/registries/runs/listLogSasUrl/action";

  private static final int RETRY_AFTER_SECONDS = 10;

  @Inject RegistryRepository registries;
  @Inject RunQueries runs;
  @Inject Access access;
  @Inject Caller caller;
  @Inject StreamPlaces places;

  /** Marks a stream whose reader is checked before it begins. */
  @NameBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Checked {}

  @Checked
  @ServerRequestFilter
  Uni<Void> check(UriInfo uri) {
    MultivaluedMap<String, String> at = uri.getPathParameters();
    String group = Objects.requireNonNull(at.getFirst("group"));
    String registryName = Objects.requireNonNull(at.getFirst("registry"));
    String runId = Objects.requireNonNull(at.getFirst("run"));
    String id =
        ResourceId.registry(Objects.requireNonNull(at.getFirst("sub")), group, registryName)
            + "/runs/"
            + runId;
    String principalId = caller.principalId();
    return access
        .require(principalId, ACTION, id)
        .chain(() -> registries.get(group, registryName))
        .chain(registry -> runs.get(registry, runId))
        .invoke(() -> {
          if (!places.hasRoom(principalId)) {
            throw ArmException.tooMany(
                "Too many logs are being streamed. Try again later.", RETRY_AFTER_SECONDS);
          }
        })
        .replaceWithVoid();
  }
}
