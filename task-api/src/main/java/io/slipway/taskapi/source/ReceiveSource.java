package io.slipway.taskapi.source;

import io.slipway.identity.client.ReactiveHttp;
import io.slipway.taskapi.source.BuildSources.Committed;
import io.slipway.taskapi.source.blob.BlobProblem;
import io.slipway.taskapi.source.blob.BlockList;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receives source, whole or in blocks. A block that got through need not be sent again; the same
 * one sent twice is one.
 */
@ApplicationScoped
class ReceiveSource {
  private static final int LARGEST_LIST = 4 << 20;
  private static final int LONGEST_BLOCK_ID = 128;

  private final BuildSources sources;
  private final SourceFiles files;
  private final Vertx vertx;
  private final SourceQuota quota;

  ReceiveSource(BuildSources sources, SourceFiles files, Vertx vertx, SourceQuota quota) {
    this.sources = sources;
    this.files = files;
    this.vertx = vertx;
    this.quota = quota;
  }

  /** One request, whose link is good; its body is paused. Fails with {@link BlobProblem}. */
  Uni<Void> put(HttpServerRequest request, UUID id, String registry, String relativePath) {
    long length = length(request);
    String comp = request.getParam("comp");
    return sources
        .check(id, registry, relativePath)
        .invoke(ReceiveSource::requireWritable)
        .chain(() -> {
          if (comp == null) {
            return whole(request, registry, id, length);
          }
          return switch (comp) {
            case "block" -> block(request, registry, id, length);
            case "blocklist" -> blockList(request, id, length);
            default ->
                throw new BlobProblem(
                    400, "InvalidQueryParameterValue", "comp must be block or blocklist.");
          };
        });
  }

  private Uni<Void> whole(HttpServerRequest request, String registry, UUID id, long length) {
    String type = request.getHeader("x-ms-blob-type");
    if (type != null && !type.equals("BlockBlob")) {
      throw new BlobProblem(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob.");
    }
    return receive(request, registry, id, length, 0, part -> commit(id, part));
  }

  private Uni<Void> commit(UUID id, Path part) {
    return sources
        .commit(id, () -> blocking(() -> files.keepWhole(id, part)))
        .onTermination()
        .call(() -> dropped(part))
        .invoke(ReceiveSource::requireWritable)
        .replaceWithVoid();
  }

  private Uni<Void> block(HttpServerRequest request, String registry, UUID id, long length) {
    String blockId = request.getParam("blockid");
    if (blockId == null || blockId.isEmpty() || blockId.length() > LONGEST_BLOCK_ID) {
      throw new BlobProblem(
          400, "InvalidQueryParameterValue", "blockid must have 1 to 128 characters.");
    }
    return blocking(() -> files.used(id))
        .chain(used ->
            receive(
                request,
                registry,
                id,
                length,
                used,
                part ->
                    blocking(
                            () -> {
                              files.keepBlock(id, blockId, part);
                              return part;
                            })
                        .replaceWithVoid()));
  }

  private Uni<Void> blockList(HttpServerRequest request, UUID id, long length) {
    if (length > LARGEST_LIST) {
      throw new BlobProblem(413, "RequestBodyTooLarge", "The list of blocks is too long.");
    }
    return Uni.createFrom()
        .completionStage(() -> request.resume().body().toCompletionStage())
        .map(body -> list(body.getBytes()))
        .chain(blockIds ->
            blocking(() -> {
              quota.requireSpace(files.kept(id)); // the blocks are there twice for a while
              return files.join(id, blockIds);
            }))
        .onFailure(SourceFiles.NoSuchBlock.class)
        .transform(missing ->
            new BlobProblem(400, "InvalidBlockList", "A block of the list was not uploaded."))
        .chain(part -> commit(id, part))
        .call(() ->
            blocking(() -> {
              files.dropBlocks(id);
              return id;
            }));
  }

  /** Each block once: what is joined is then no longer than what may be uploaded. */
  private static List<String> list(byte[] body) {
    List<String> blockIds;
    try {
      blockIds = BlockList.parse(body);
    } catch (IllegalArgumentException wrong) {
      throw new BlobProblem(400, "InvalidXmlDocument", "The body is not a list of blocks.");
    }
    if (Set.copyOf(blockIds).size() < blockIds.size()) {
      throw new BlobProblem(400, "InvalidBlockList", "The list names a block more than once.");
    }
    return blockIds;
  }

  /** The body as a file of its own, which is then put in place. */
  private Uni<Void> receive(
      HttpServerRequest request,
      String registry,
      UUID id,
      long length,
      long used,
      Function<Path, Uni<Void>> keep) {
    return ReactiveHttp.onOwnContext(
            () -> quota.begin(registry, id, length, used).subscribeAsCompletionStage())
        .chain(() ->
            blocking(() -> files.part(id))
                .call(part -> written(request, part))
                .chain(part -> keep.apply(part))
                .onTermination()
                .invoke((kept, failure, canceled) -> {
                  if (failure != null || canceled) {
                    quota.dropped(registry, length);
                  }
                  quota.end(id, length);
                }));
  }

  private Uni<Void> written(HttpServerRequest request, Path part) {
    OpenOptions options = new OpenOptions().setCreateNew(true).setPerms("rw-------");
    if (request.getHeader("Expect") != null) {
      request.response().writeContinue();
    }
    return Uni.createFrom()
        .completionStage(() ->
            vertx
                .fileSystem()
                .open(part.toString(), options)
                .compose((AsyncFile file) -> request.pipeTo(file))
                .toCompletionStage())
        .onFailure()
        .call(() -> dropped(part));
  }

  private Uni<Void> dropped(Path part) {
    return blocking(
            () -> {
              files.drop(part);
              return part;
            })
        .replaceWithVoid();
  }

  private <T> Uni<T> blocking(Callable<T> work) {
    return Uni.createFrom()
        .completionStage(() -> vertx.executeBlocking(work, false).toCompletionStage());
  }

  private static long length(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    if (header == null) {
      throw new BlobProblem(411, "MissingContentLengthHeader", "Content-Length is missing.");
    }
    try {
      return Long.parseLong(header);
    } catch (NumberFormatException wrong) {
      throw new BlobProblem(400, "InvalidHeaderValue", "Content-Length is not a number.");
    }
  }

  private static void requireWritable(@Nullable Committed state) {
    if (state == Committed.GONE) {
      throw new BlobProblem(404, "BlobNotFound", "The source does not exist or no longer does.");
    }
    if (state == Committed.IN_USE) {
      throw new BlobProblem(
          409, "BlobImmutableDueToPolicy", "A run works on this source; ask for a new link.");
    }
  }
}
