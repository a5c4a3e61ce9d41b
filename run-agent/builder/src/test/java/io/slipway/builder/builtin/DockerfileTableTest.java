package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.support.Workbench;
import io.slipway.identity.client.egress.EgressPolicy;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@code docs/dockerfile.md}, as Dockerfiles that the builder builds or refuses. */
@Timeout(120)
class DockerfileTableTest {
  @TempDir static Path folder;
  private static Workbench bench;
  private static HttpServer web;
  private static String site;
  private static byte[] archive;

  @BeforeAll
  static void open() throws Exception {
    archive = archive();
    web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    web.createContext(
        "/a.tar",
        exchange -> {
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    web.start();
    site = "http://127.0.0.1:" + web.getAddress().getPort();
    EgressPolicy egress = EgressPolicy.of("slipway.agent.open-networks", List.of("127.0.0.1"));
    bench =
        Workbench.builtin(
            folder,
            BuiltinOptions.in(folder.resolve("engine"))
                .withLaunchers(List.of("runc"))
                .allowing(
                    new BuiltinOptions.Allowed(
                        false, false, egress, false, BuiltinOptions.PortRange.NONE)));
    for (String file :
        List.of("a.txt", "b.md", "x/a.txt", "x/deep/b.txt", "x/deep/c.md", "y/a.txt", "README")) {
      bench.file(file, "of " + file);
    }
    Files.write(bench.context.resolve("a.tar"), archive);
  }

  private static byte[] archive() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("in/f");
      entry.setSize(2);
      tar.putArchiveEntry(entry);
      tar.write(new byte[] {'o', 'k'});
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  @AfterAll
  static void close() throws Exception {
    bench.close();
    web.stop(0);
  }

  @BeforeEach
  void forget() {
    bench.buildArgs.clear();
    bench.request = request -> request;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ADD https://h.example/x.git /x | no git repositories are fetched here",
        "ADD --keep-git-dir=true git@h.example:x.git#v1:docs /x | agents lend no keys to builds",
        "ADD ssh://git@h.example/x /x | --secret id=GIT_AUTH_TOKEN",
        "ADD https://me:pass@h.example/x.git /x | takes no log-in in the address",
        "ADD https://h.example/x.git?brnch=main /x | knows no 'brnch' in the address",
        "ADD https://h.example/x.git?ref=%zz /x | is not percent-encoded",
        "ADD https://h[example/x.git /x | no git repositories are fetched here",
        "ADD https://h.example/x.git?submodules=false /x | without its submodules",
        "ADD https://h.example/x.git?branch=a#b /x | says twice what is wanted",
        "ADD --checksum=sha256:0 https://h.example/x.git /x | must be the hash of a git commit",
        "ADD --keep-git-dir a.txt /x | --keep-git-dir is for a git repository",
        "ARG R=git@h.example:x~ADD $R /x | agents lend no keys to builds",
        "ADD --checksum=sha256:0 a.txt b.md /x/ | --checksum is for one source",
        "ADD --checksum=sha256:0 a.txt /x | --checksum is for an address",
        "ADD --unpack=maybe a.tar /x | neither true nor false",
        "COPY https://h.example/x /x | COPY takes no address",
        "COPY a.txt b.md /x | destination must be a directory",
        "COPY --from=5 a /x | there is no stage '5' before this one",
        "COPY x /d~COPY x /d/a.txt | '/d/a.txt' is a file in the image",
        "COPY y /d/a.txt~COPY x /d | '/d/a.txt' is a folder in the image",
        "COPY gone /x | 'gone' not found",
        "COPY --from=scratch a.txt /x | 'a.txt' not found",
        "COPY --chmod=99 a.txt /x | must be an octal number",
        "COPY --chown=nobody-here a.txt /x | unable to find user nobody-here",
        "RUN --device=nvidia.com/gpu=all x | RUN --device=nvidia.com/gpu=all is not allowed",
        "RUN --security=insecure x | RUN --security=insecure is not allowed",
        "RUN --network=host x | RUN --network=host is not allowed",
        "RUN --mount=type=ssh x | agents lend no keys to builds; give one as a secret",
        "RUN --mount=type=disk,target=/c x | type=disk is none of bind, cache, secret",
        "RUN --mount=type=cache,target=/c,source=x y | with source= needs from=",
        "RUN --mount=type=cache,target=/c,sharing=ever x | must be shared, private or locked",
        "RUN --mount=type=tmpfs,target=/t,size=big x | size=big must be a number of bytes",
        "RUN --mount=type=cache,target=/c,mode=9 x | mode=9 must be octal",
        "RUN --mount=type=cache,target=/c,uid=me x | uid=me must be a number",
        "RUN --mount=target=/c,rw=perhaps x | readwrite=perhaps must be true or false",
        "RUN --mount=type=secret,id=a,src=b x | has both id= and source=",
        "RUN --mount=type=secret,id=no,required x | secret no: not found",
        "STOPSIGNAL SIGNONE | STOPSIGNAL 'SIGNONE' is no signal",
        "EXPOSE 70000 | not a valid range of ports",
        "EXPOSE http | not a valid port",
        "HEALTHCHECK --interval=often CMD true | --interval=often is not a valid duration",
        "HEALTHCHECK --retries=-1 CMD true | --retries=-1 is not a number",
        "VOLUME \"\" | can not be an empty string",
        "ENV A=${B:?needed} | B: needed",
        "WORKDIR $NONE | WORKDIR needs a path; $NONE is empty",
      })
  void refusesByName(String instructions, String message) {
    assertThatThrownBy(() -> bench.build(("FROM scratch~" + instructions).split("~")))
        .hasMessageContaining(message);
  }

  @Test
  void refusesOtherFrontEndsWhereverTheyAreNamed() throws Exception {
    String[] file = {"# syntax=docker/dockerfile:1 and more", "FROM scratch", "COPY a.txt /"};
    bench.build(file);
    bench.buildArgs.put("BUILDKIT_SYNTAX", "example.org/frontend");

    assertThatThrownBy(() -> bench.build(file))
        .hasMessageContaining("--build-arg BUILDKIT_SYNTAX asks for the front end");
  }

  @Test
  void patternsParentsAndWhatStaysOut() throws Exception {
    String printed =
        bench.build(
            "# check=skip=JSONArgsRecommended;error=true",
            "FROM test.local/base:1",
            "CMD sh",
            "ARG KIND=md",
            "COPY */a.txt /glob/",
            "COPY no*thing /none/",
            "COPY x/./deep/*.txt /dot/",
            "WORKDIR /there",
            "COPY *.txt *.md /many/",
            "COPY *.t* /there",
            "COPY --exclude=*.$KIND x/deep /out/deep",
            "COPY --exclude=deep --exclude=!deep/c.md x /out/back",
            "COPY --exclude=*.txt a* R* /out/named/",
            "COPY --parents x/a.txt ./y/a.txt /p/",
            "COPY --parents ./x/./deep/*.txt /pivot/",
            "COPY --parents --exclude=x/deep/*.md **/*.txt **/*.md /all/",
            "COPY --parents */./deep /wild/",
            "COPY --parents=false x/a.txt /plain/",
            "COPY --link --chown=app:extra --chmod=u=rw,go= a.txt /link/",
            "COPY --chmod=640 <<A <<-\"B\" /docs/",
            "$KIND",
            "A",
            "\t$KIND",
            "\tB");

    assertThat(printed)
        .contains("[Warning] nothing matches 'no*thing'")
        .doesNotContain("JSONArgsRecommended:");
    String each = "for f in $d/**; do test -f $f && printf \"%s \" $f; done; echo";
    String all = "glob dot many there out p pivot all wild plain";
    assertThat(
            bench.sh(
                "cd /; test -e none || echo none; exec bash -c 'shopt -s globstar; for d in "
                    + (all + "; do " + each + "; done'")))
        .isEqualTo(
            String.join(
                "\n",
                "none",
                "glob/a.txt ",
                "dot/b.txt ",
                "many/a.txt many/b.md ",
                "there/a.tar there/a.txt ",
                "out/back/a.txt out/back/deep/c.md out/deep/b.txt out/named/README out/named/a.tar ",
                "p/x/a.txt p/y/a.txt ",
                "pivot/deep/b.txt ",
                "all/a.txt all/b.md all/x/a.txt all/x/deep/b.txt all/y/a.txt ",
                "wild/deep/b.txt wild/deep/c.md ",
                "plain/a.txt"));
    assertThat(bench.sh("stat -c '%u:%g %a' /link/a.txt; cat /docs/A /docs/B"))
        .isEqualTo("1000:77 600\nmd\n$KIND");
  }

  @Test
  void checksAreMadeWhereTheyAreAskedFor() throws Exception {
    String[] checked = {"# check=skip=StageNameCasing", "FROM scratch as A", "CMD x"};
    assertThat(bench.build(checked))
        .contains(
            "[Warning] FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 2)",
            "[Warning] JSONArgsRecommended: JSON arguments recommended for CMD")
        .doesNotContain("StageNameCasing");
    bench.buildArgs.put("BUILDKIT_DOCKERFILE_CHECK", "error=true");
    assertThatThrownBy(() -> bench.build(checked))
        .hasMessage(
            "lint violation found for rules: FromAsCasing, JSONArgsRecommended, StageNameCasing");
    bench.buildArgs.put("BUILDKIT_DOCKERFILE_CHECK", "eror=true");
    assertThatThrownBy(() -> bench.build(checked)).hasMessageContaining("is none of skip=");
  }

  @Test
  void addUnpacksWhatItIsToldTo() throws Exception {
    String digest = Sha256.of(archive);
    bench.build(
        "FROM test.local/base:1",
        "ARG DIGEST=" + digest,
        "ADD a.tar /local/",
        "ADD --unpack=false a.tar /kept/",
        "ADD --checksum=$DIGEST " + site + "/a.tar /down/",
        "ADD --unpack=true --checksum=\"" + digest + "\" " + site + "/a.tar /unpacked/");

    assertThat(bench.sh("cd /; cat local/in/f unpacked/in/f; ls kept down"))
        .isEqualTo("okokdown:\na.tar\n\nkept:\na.tar");
    assertThatThrownBy(
            () -> bench.build("FROM scratch", "ADD --checksum=sha256:0 " + site + "/a.tar /"))
        .hasMessageContaining("must be sha256: and 64 digits");
    assertThatThrownBy(() ->
            bench.build(
                "FROM scratch",
                "ADD --checksum=sha256:" + "0".repeat(64) + " " + site + "/a.tar /"))
        .hasMessageContaining("digest mismatch");
  }

  @Test
  void aFileGoesIntoTheFolderThatIsThere() throws Exception {
    bench.buildArgs.put("TARGETARCH", "mine");
    bench.build(
        "# escape=`",
        "FROM test.local/base:1",
        "ARG TARGETARCH",
        "EXPOSE $NONE 80 $NONE",
        "RUN mkdir /there",
        "COPY <<TEXT <<TEXT /there/",
        "first",
        "TEXT",
        "\\$TARGETARCH `n $TARGETARCH $$",
        "TEXT",
        "COPY <<INTO /there",
        "INTO",
        "ADD " + site + "/a.tar /there");

    assertThat(bench.sh("ls /there; cat /there/TEXT"))
        .isEqualTo("INTO\nTEXT\na.tar\n$TARGETARCH `n mine");
  }

  @Test
  void aLinkedLayerIsTheSameOverAnyOther() throws Exception {
    String[] file = {
      "FROM test.local/base:1",
      "ARG N",
      "RUN mkdir -m 1777 /open && mkdir /real && ln -s real /alias && echo $N > /n",
      "COPY --link a.txt /open/a",
      "COPY --link x /alias",
      "ADD --link a.tar /open/tar/",
    };
    bench.buildArgs.put("N", "1");
    bench.build(file);
    bench.buildArgs.put("N", "2");
    String printed = bench.build(file);

    assertThat(printed.split("Using cache", -1)).hasSize(4);
    assertThat(bench.sh("cat /n /open/a /open/tar/in/f; stat -c '%a %F' /open /alias; ls /real"))
        .isEqualTo("2\nof a.txtok1777 directory\n755 directory");
    assertThat(bench.sh("cat /alias/deep/b.txt")).isEqualTo("of x/deep/b.txt");
    file[3] = "COPY --link=false a.txt /open/a";
    file[4] = "COPY x /alias";
    bench.build(file);
    assertThat(bench.sh("stat -c %F /alias; ls /real")).isEqualTo("symbolic link\na.txt\ndeep");
  }

  @Test
  void mountsOfEveryKind() throws Exception {
    bench.build(
        "FROM test.local/base:1 AS tools",
        "RUN echo tool > /tool",
        "FROM test.local/base:1",
        "ARG WHERE=/in ID=own MODE=0711",
        "RUN --mount=from=tools,src=/tool,dst=$WHERE --mount=type=tmpfs,target=/t,size=1MB"
            + " cat /in >> /seen && stat -f -c '%b*%S' /t | grep -q '256\\*4096'",
        "RUN --mount=target=/c ! touch /c/new 2>/dev/null && cat /c/a.txt >> /seen",
        "RUN --mount=target=/c,rw touch /c/new && ls /c/new >> /seen",
        "RUN --mount=type=bind,from=scratch,target=/e ls /e >> /seen",
        "RUN --mount=type=cache,id=$ID,target=/k,mode=$MODE,uid=1000,gid=77,sharing=locked"
            + " --mount=type=cache,id=own,target=/same,readonly"
            + " stat -c '%a %u:%g' /k >> /seen && echo 1 > /k/f && cat /same/f >> /seen",
        "RUN --mount=type=secret,id=none,target=/s test ! -e /s",
        "RUN --network=none --security=sandbox echo end >> /seen");

    assertThat(bench.sh("cat /seen")).isEqualTo("tool\nof a.txt/c/new\n711 1000:77\n1\nend");
    bench.buildArgs.put("BUILDKIT_CACHE_MOUNT_NS", "other");
    assertThat(
            bench.build(
                "FROM test.local/base:1",
                "RUN --mount=type=cache,id=own,target=/k test ! -e /k/f && echo its own"))
        .contains("\nits own\n")
        .doesNotContain("not consumed");
  }

  @Test
  void aCacheMayBeginWithFilesOfAStage() throws Exception {
    String[] file = {
      "FROM test.local/base:1 AS seed",
      "RUN mkdir -p /s/deep && echo 1 > /s/deep/f && chown app /s/deep/f",
      "FROM test.local/base:1",
      "RUN --mount=type=cache,id=seeded,target=/c,from=seed,source=/s"
          + " stat -c %u /c/deep/f > /seen; cat /c/deep/* >> /seen; echo 2 > /c/deep/more",
      "ARG AGAIN",
      "RUN --mount=type=cache,id=seeded,target=/c,from=seed,source=/s cat /c/deep/* >> /seen",
    };
    bench.build(file);
    assertThat(bench.sh("cat /seen")).isEqualTo("1000\n1\n1\n2");
    file[1] = "RUN mkdir -p /s/deep && echo 3 > /s/deep/f";
    bench.build(file);
    assertThat(bench.sh("cat /seen")).as("other files, another cache").isEqualTo("0\n3\n3\n2");
    file[3] = file[3].replace("source=/s", "source=/none");
    assertThatThrownBy(() -> bench.build(file)).hasMessageContaining("'/none' not found");
  }

  @Test
  void triggersMayCopyFromStagesAndHoldHeredocs() throws Exception {
    bench.build(
        "FROM test.local/base:1 AS assets",
        "RUN echo from a stage > /asset",
        "FROM test.local/base:1 AS made",
        "ONBUILD COPY --from=assets /asset /asset",
        "ONBUILD RUN <<SCRIPT",
        "cat /asset > /seen",
        "SCRIPT",
        "ONBUILD COPY <<TEXT /text",
        "by a trigger",
        "TEXT",
        "FROM made",
        "RUN cat /text >> /seen");

    assertThat(bench.sh("cat /seen")).isEqualTo("from a stage\nby a trigger");
  }

  @Test
  void argumentsPlatformsAndOldForms() throws Exception {
    bench.buildArgs.put("GIVEN", "given");
    bench.request = request -> request.target("last");
    bench.build(
        "# escape=`",
        "ARG BASE=base:1 GIVEN=preset",
        "FROM --platform=$BUILDPLATFORM test.local/${BASE} AS last",
        "ARG GIVEN A=1 B=$A",
        "ARG TARGETOS TARGETSTAGE",
        "ENV OLD a  b $GIVEN",
        "ENV X=\"q `\"$A`\" \" Y='$A' Z=a` b `",
        "    # within",
        "",
        "    W=w",
        "EXPOSE 8080:80 7000-7001/udp",
        "STOPSIGNAL rtmin+3",
        "LABEL a.b=\"c `",
        "d\" e=f",
        "VOLUME /v1 \"/v 2\"",
        "SHELL [\"/bin/bash\", \"-c\"]",
        "RUN echo \"$OLD|$X|$Y|$Z|$W|$B|$TARGETOS|$TARGETSTAGE|${BASH_VERSION:+bash}\" > /seen");

    assertThat(bench.sh("cat /seen")).isEqualTo("a  b given|q \"1\" |$A|a b|w|1|linux|last|bash");
  }
}
