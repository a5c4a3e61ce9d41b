package io.slipway.agent.context;

import static io.slipway.agent.HostileNeighbour.swap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slipway.agent.HostileNeighbour;
import io.slipway.taskfile.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that are fetched while a step of the same run does what it likes in the workspace. */
class HostileWorkspaceTest {
  private static final int TIMES = 2;
  private static final int FILES = 500;
  @TempDir private Path temporary;
  private ContextBench bench;
  private Path outside;
  private Path pwned;

  @BeforeEach
  void makeFolders() throws Exception {
    bench = new ContextBench(temporary);
    outside = Files.createDirectories(temporary.resolve("outside"));
    Files.writeString(outside.resolve("file"), "of the machine");
    pwned = temporary.resolve("pwned");
  }

  @AfterEach
  void nothingOutsideIsTouched() throws Exception {
    bench.close();
    assertThat(pwned).doesNotExist();
    assertThat(outside.toFile().list()).containsExactly("file");
    assertThat(outside.resolve("file")).hasContent("of the machine");
  }

  private FetchedContext fetch(String address, String step) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch(address, bench.workspace, step, bench.access());
  }

  /** Settings that let git run a program, put where git of the step's context would look. */
  private HostileNeighbour.Trick plant(String step) {
    Path git = bench.workspace.resolve(step).resolve(".git");
    return () -> {
      Path config = git.resolve("config");
      if (Files.exists(config) && !Files.readString(config).contains("smudge")) {
        Files.createDirectories(git.resolve("info"));
        Files.writeString(git.resolve("info/attributes"), "* filter=x\n");
        Files.writeString(
            config,
            """
            [filter "x"]
            \tsmudge = "touch %1$s; cat"
            [credential]
            \thelper = "!touch %1$s"
            [core]
            \tfsmonitor = "touch %1$s"
            """
                .formatted(pwned),
            StandardOpenOption.APPEND);
      }
    };
  }

  @Test
  void gitRunsNothingThatAStepWrites() throws Exception {
    try (TestGit git = new TestGit(temporary.resolve("served"))) {
      Path lib = git.repository("lib.git", "main");
      TestGit.write(lib, "file", "of the submodule");
      TestGit.commit(lib);
      TestGit.push(lib, "main");
      Path work = git.repository("app.git", "main");
      TestGit.write(work, "file", "of the repository");
      Path bare = Path.of(TestGit.git(lib, "remote", "get-url", "origin").strip());
      TestGit.git(work, "submodule", "add", "-q", bare.toString(), "lib");
      TestGit.git(work, "config", "-f", ".gitmodules", "submodule.lib.url", "../lib.git");
      TestGit.commit(work);
      TestGit.push(work, "main");

      for (int i = 0; i < TIMES; i++) {
        String step = "build-" + i;
        try (HostileNeighbour neighbour =
            HostileNeighbour.playing(plant(step), plant(step + "/lib"))) {
          FetchedContext context = fetch(git.at("app.git"), step);

          assertThat(context.folder().resolve("file")).hasContent("of the repository");
          assertThat(context.folder().resolve("lib/file")).hasContent("of the submodule");
        }
      }
    }
  }

  @Test
  void filesOfLfsAreNotPutWhereAStepsLinkLeads() throws Exception {
    byte[] content = "large content\n".getBytes(StandardCharsets.UTF_8);
    String oid = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    try (TestGit git = new TestGit(temporary.resolve("served"))) {
      Path work = git.repository("app.git", "main");
      TestGit.write(work, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
      TestGit.write(
          work,
          "d/big.bin",
          "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
              .formatted(oid, content.length));
      TestGit.git(work, "config", "filter.lfs.clean", "cat");
      TestGit.commit(work);
      TestGit.push(work, "main");
      byte[] answer =
          "{'objects':[{'oid':'%s','actions':{'download':{'href':'%s'}}}]}"
              .formatted(oid, git.at("files/big"))
              .replace('\'', '"')
              .getBytes(StandardCharsets.UTF_8);
      answer(git.server(), "/app.git/info/lfs/objects/batch", answer);
      answer(git.server(), "/files/big", content);

      FetchedContext context = fetch(git.at("app.git"), "build");

      assertThat(context.folder().resolve("d/big.bin")).hasBinaryContent(content);
    }
  }

  /** Answers a call after a step has put a link in the place of a folder of its context. */
  private void answer(HttpServer server, String path, byte[] body) {
    Path d = bench.workspace.resolve("build/d");
    server.createContext(
        path,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          if (Files.isDirectory(d) && !Files.isSymbolicLink(d)) {
            Files.move(d, d.resolveSibling("e"));
            Files.createSymbolicLink(d, outside);
          }
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Test
  void archivesAreNotUnpackedWhereAStepsLinkLeads() throws Exception {
    byte[] archive =
        UnpackArchiveTest.packed(
            UnpackArchiveTest.tar(tar -> {
              for (int i = 0; i < FILES; i++) {
                tar.file("d/" + i, "x");
              }
            }),
            "gz");
    HttpServer server =
        bench.serve(exchange -> {
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
        });
    for (int i = 0; i < TIMES; i++) {
      Path d = bench.workspace.resolve("build-" + i).resolve("d");
      try (HostileNeighbour neighbour = HostileNeighbour.playing(swap(d, outside))) {
        fetch(ContextBench.address(server, "/app.tar.gz"), "build-" + i);
      }
      assertThat(d.toFile().list()).hasSize(FILES);
    }
  }

  @Test
  void aNameThatAStepTakesIsRefusedOrFree() throws Exception {
    byte[] archive = UnpackArchiveTest.tar(tar -> tar.file("file", "of the context"));
    HttpServer server =
        bench.serve(exchange -> {
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
        });
    Path place = bench.workspace.resolve("build");
    try (HostileNeighbour neighbour =
        HostileNeighbour.playing(
            () -> Files.createSymbolicLink(place, outside),
            () -> {
              if (Files.isSymbolicLink(place)) {
                Files.delete(place);
              }
            })) {
      for (int i = 0; i < 20 && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS); i++) {
        try {
          fetch(ContextBench.address(server, "/app.tar"), "build");
        } catch (Refusal taken) {
          assertThat(taken).hasMessageContaining("the workspace has 'build' already");
        }
      }
    }
    Files.deleteIfExists(bench.workspace.resolve("build/file"));
    Files.deleteIfExists(place);
    Files.createSymbolicLink(place, outside);
    assertThatThrownBy(() -> fetch(ContextBench.address(server, "/app.tar"), "build"))
        .hasMessageContaining("the workspace has 'build' already");
  }
}
