package io.slipway.builder.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is built by both engines. */
final class Cases {
  private static final String LONG = "long-name-".repeat(18);

  private final List<Case> all = new ArrayList<>();

  private Cases() {}

  static List<Case> all() {
    Cases cases = new Cases();
    cases.copies();
    cases.archives();
    cases.configuration();
    cases.stages();
    cases.runs();
    cases.mounts();
    cases.contexts();
    return cases.all;
  }

  private void add(String name, String... lines) {
    all.add(new Case(name, lines(lines)));
  }

  /** Files of many kinds. */
  static void writeContext(Path context) throws Exception {
    file(context, "a.txt", "a", "rw-r--r--");
    file(context, "b.txt", "bb", "rw-rw-rw-");
    file(context, "private.key", "mine", "rw-------");
    file(context, "run.sh", "#!/bin/sh\necho ran\n", "rwxr-xr-x");
    file(context, "two words.txt", "blank", "rw-r--r--");
    file(context, "größe-日本.txt", "unicode", "rw-r--r--");
    file(context, "dir/c.txt", "c", "rw-r--r--");
    file(context, "dir/deep/d.txt", "d", "rw-r--r--");
    file(context, "dir/skip.log", "no", "rw-r--r--");
    file(context, "dir/keep.log", "yes", "rw-r--r--");
    file(context, "tmp/cache.bin", "no", "rw-r--r--");
    file(context, LONG + "/" + LONG + "/" + LONG + ".txt", "far", "rw-r--r--");
    file(context, "big.bin", "0123456789abcdef".repeat(1 << 18), "rw-r--r--");
    file(context, "lib/one.txt", "one", "rw-r-----");
    file(context, "lib/bin/run.sh", "#!/bin/sh\n", "rwxr-xr-x");
    file(context, "lib/deep/two.txt", "two", "rw-r--r--");
    file(context, "lib/deep/left.tmp", "no", "rw-r--r--");
    file(context, "lib/.dockerignore", "**/*.tmp\n", "rw-r--r--");
    Files.createSymbolicLink(context.resolve("lib/link"), Path.of("deep/two.txt"));
    Files.createDirectories(context.resolve("empty"));
    Files.setPosixFilePermissions(
        Files.createDirectories(context.resolve("closed")),
        PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(context.resolve("dir/link"), Path.of("c.txt"));
    Files.createSymbolicLink(context.resolve("dir/dangling"), Path.of("/nowhere/at/all"));
    Files.writeString(
        context.resolve(".dockerignore"),
        "# what stays out\n**/*.log\n!dir/keep.log\ntmp\nDockerfile\nlib/deep/*.tmp\n");
    Path packed = Files.createTempDirectory("packed");
    file(packed, "etc/settings", "s=1", "rw-r-----");
    file(packed, "bin/tool", "tool", "rwxr-xr-x");
    Files.createSymbolicLink(packed.resolve("bin/alias"), Path.of("tool"));
    Files.createLink(packed.resolve("bin/hard"), packed.resolve("bin/tool"));
    for (String kind : List.of("cf plain.tar", "czf packed.tar.gz", "cjf packed.tar.bz2")) {
      String[] words = kind.split(" ");
      call(
          "tar",
          "--owner=1000",
          "--group=1001",
          "-C",
          packed.toString(),
          "-" + words[0],
          context.resolve(words[1]).toString(),
          ".");
    }
    call("rm", "-r", packed.toString());
  }

  private static void file(Path folder, String name, String text, String mode) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static void call(String... command) throws Exception {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  private void copies() {
    add("copy-file", "FROM BASE", "COPY a.txt /a.txt");
    add("copy-folder", "FROM BASE", "COPY dir /tree");
    add("copy-all", "FROM BASE", "COPY . /all/");
    add("copy-all-to-root", "FROM scratch", "COPY . /");
    add("copy-glob", "FROM BASE", "COPY *.txt /texts/");
    add("copy-glob-letters", "FROM BASE", "COPY [ab].t?t /texts/");
    add("copy-several", "FROM BASE", "COPY a.txt b.txt dir /many/");
    add("copy-renamed-deep", "FROM BASE", "COPY a.txt /x/y/z/renamed");
    add("copy-relative", "FROM BASE", "WORKDIR /work", "COPY a.txt sub/", "COPY b.txt .");
    add("copy-chown-names", "FROM BASE", "COPY --chown=app:extra dir /owned");
    add("copy-chown-user", "FROM BASE", "COPY --chown=app dir /owned");
    add("copy-chown-numbers", "FROM scratch", "COPY --chown=4711:4712 a.txt dir /o/");
    add("copy-chmod", "FROM BASE", "COPY --chmod=750 run.sh /bin/run", "COPY --chmod=0600 dir /d");
    add("copy-over-file", "FROM BASE", "COPY a.txt /f", "COPY b.txt /f");
    add(
        "copy-over-folder",
        "FROM BASE",
        "RUN mkdir /d && chmod 711 /d && chown 1000:1001 /d && echo old > /d/c.txt && echo own >"
            + " /d/own",
        "COPY dir /d");
    add(
        "copy-through-link",
        "FROM BASE",
        "RUN mkdir /real && ln -s real /alias && ln -s /real/inner /inner",
        "COPY a.txt /alias/a",
        "COPY dir /alias/tree");
    add("copy-json-blanks", "FROM BASE", "COPY [\"two words.txt\", \"/to here/it is\"]");
    add("copy-unicode", "FROM BASE", "COPY größe-日本.txt /ünï/");
    add("copy-long-names", "FROM BASE", "COPY long* /long/", "RUN ln -s /" + LONG + LONG + " /l");
    add("copy-modes", "FROM BASE", "COPY private.key run.sh b.txt /modes/", "COPY closed /closed");
    add("copy-empty-folder", "FROM BASE", "COPY empty /nothing/here");
    add("copy-big", "FROM scratch", "COPY big.bin /");
    add("copy-with-variables", "FROM BASE", "ENV TO=/to FROM=a", "COPY ${FROM}.txt $TO/$FROM");
    add("copy-as-user", "FROM BASE", "USER app", "COPY a.txt /home/app/a.txt");
  }

  private void archives() {
    add("add-tar", "FROM BASE", "ADD plain.tar /packed");
    add("add-tar-gz", "FROM BASE", "ADD packed.tar.gz /packed/");
    add("add-tar-bz2-root", "FROM BASE", "ADD packed.tar.bz2 /");
    add("add-file", "FROM BASE", "ADD a.txt /plain/", "ADD dir /tree");
    add("add-chown", "FROM BASE", "ADD --chown=app:app a.txt /owned");
    add("add-over", "FROM BASE", "COPY b.txt /p/bin/tool", "ADD packed.tar.gz /p");
  }

  private void configuration() {
    add(
        "env",
        "FROM BASE",
        "ENV A=1 B=\"two words\" C='$A'",
        "ENV D $A and more",
        "ENV E=${A}x${Z:-d}${A:+s}");
    add("arg", "FROM BASE", "ARG X=1", "ARG Y=${X}2", "ENV Z=$Y", "RUN echo \"$X $Y\" > /args");
    add(
        "label",
        "FROM BASE",
        "LABEL a=b \"c d\"=\"e f\" g='h\"i'",
        "LABEL multi=\"one \\",
        "two\"");
    add("user", "FROM BASE", "USER app:extra", "RUN id > /tmp/id");
    add(
        "workdir",
        "FROM BASE",
        "WORKDIR /one",
        "WORKDIR two",
        "WORKDIR ../three",
        "RUN pwd > /pwd");
    // By BuildKit, which alone gives the folder to the user.
    add(
        "workdir-as-user",
        "FROM BASE",
        "USER app",
        "WORKDIR /made/by/whom",
        "RUN --mount=type=tmpfs,target=/t true");
    add("workdir-variable", "FROM BASE", "ENV W=/w", "WORKDIR $W/x", "COPY a.txt .");
    add("cmd-forms", "FROM BASE", "CMD echo \"$HOME\" | cat", "ENTRYPOINT [\"/bin/sh\", \"-c\"]");
    add("entrypoint-resets-cmd", "FROM BASE", "CMD [\"a\"]", "ENTRYPOINT env x");
    add(
        "shell",
        "FROM BASE",
        "SHELL [\"/bin/bash\", \"-ec\"]",
        "RUN echo ${BASH_VERSION:+bash} > /s",
        "CMD x");
    add(
        "healthcheck",
        "FROM BASE",
        "HEALTHCHECK --interval=1m30s --timeout=5s --start-period=2s --retries=4 CMD test -e /x");
    add("healthcheck-json", "FROM BASE", "HEALTHCHECK CMD [\"true\"]");
    add("healthcheck-none", "FROM BASE", "HEALTHCHECK NONE");
    add("stopsignal", "FROM BASE", "STOPSIGNAL SIGQUIT");
    add("volume", "FROM BASE", "VOLUME /data /more", "VOLUME [\"/third one\"]");
    add(
        "expose",
        "FROM BASE",
        "EXPOSE 80 443/tcp 53/udp",
        "EXPOSE 8000-8003/tcp",
        "ARG P=9",
        "EXPOSE $P");
    add(
        "onbuild",
        "FROM BASE AS made",
        "ONBUILD COPY a.txt /on",
        "ONBUILD RUN cat /on > /built",
        "FROM made",
        "RUN test -e /bin/sh");
    add("maintainer", "FROM BASE", "MAINTAINER Some Body <some@example.org>");
    add("scratch-alone", "FROM scratch", "COPY a.txt /", "ENV X=y", "CMD [\"/a.txt\"]");
  }

  private void stages() {
    add(
        "stage-copy",
        "FROM BASE AS one",
        "RUN mkdir /o && echo 1 > /o/f && chown 1000:1001 /o/f && ln -s f /o/l",
        "FROM scratch",
        "COPY --from=one /o /p");
    add("stage-number", "FROM BASE", "RUN echo zero > /z", "FROM BASE", "COPY --from=0 /z /zz");
    add(
        "stage-chain",
        "FROM BASE AS a",
        "ENV K=v",
        "RUN echo a > /a",
        "FROM a AS b",
        "RUN echo $K > /b",
        "FROM b",
        "COPY --from=a /a /c");
    add("stage-image", "FROM scratch", "COPY --from=BASE /etc/passwd /etc/group /e/");
    add(
        "stage-chown",
        "FROM BASE AS one",
        "RUN echo 1 > /f && chmod 4711 /f",
        "FROM BASE",
        "COPY --from=one --chown=app:app /f /g",
        // Has Docker take its newer builder; the older one changes the owner last, and the kernel
        // then drops the set-user-id bit.
        "RUN --mount=type=tmpfs,target=/scratch true");
    add(
        "global-arg",
        "ARG TAG=unused",
        "ARG NAME=BASE",
        "FROM $NAME",
        "ARG TAG",
        "RUN echo \"[$TAG][$NAME]\" > /t");
    add(
        "continuations",
        "FROM BASE",
        "# a comment",
        "RUN echo 1 \\",
        "  # within",
        "  2 \\",
        "",
        "  3 > /n && \\",
        "  true");
    add("escape", "# escape=`", "FROM BASE", "RUN echo one `", "  two > /e", "ENV P=C:\\dir");
    add("json-run", "FROM BASE", "RUN [\"/bin/sh\", \"-c\", \"echo '$HOME' > /j\"]");
    add("lower-case", "from BASE as x", "copy a.txt /", "env q=r");
  }

  private void runs() {
    add("run-nothing", "FROM BASE", "RUN true");
    add("run-delete", "FROM BASE", "RUN mkdir /d && touch /d/a /d/b", "RUN rm /d/a /bin/false");
    add("run-delete-tree", "FROM BASE", "COPY dir /t", "RUN rm -r /t /var");
    add("run-opaque", "FROM BASE", "COPY dir /t", "RUN rm -r /t && mkdir /t && echo new > /t/new");
    add("run-folder-to-file", "FROM BASE", "COPY dir /t", "RUN rm -r /t && echo file > /t");
    add(
        "run-file-to-folder",
        "FROM BASE",
        "COPY a.txt /t",
        "RUN rm /t && mkdir /t && echo in > /t/f");
    add("run-move-folder", "FROM BASE", "COPY dir /t", "RUN mv /t /moved && mv /etc/group /g");
    add(
        "run-links",
        "FROM BASE",
        "RUN echo 1 > /h1 && ln /h1 /h2 && mkdir /s && ln /h1 /s/h3 && ln -s /h1 /sl && ln -s ../x"
            + " /s/up");
    add("run-hard-link-to-base", "FROM BASE", "COPY a.txt /one", "RUN ln /one /two");
    add(
        "run-modes",
        "FROM BASE",
        "RUN touch /u /g /b && chmod 4755 /u && chmod 2755 /g && mkdir -m 1777 /t && chmod 000 /b");
    add("run-change-mode-only", "FROM BASE", "RUN chmod 700 /tmp && chown app:extra /etc/passwd");
    add("run-fifo", "FROM BASE", "RUN mkfifo -m 640 /pipe");
    add("run-big-owner", "FROM BASE", "RUN touch /f && chown 3000000:2999999 /f");
    add(
        "run-as-user",
        "FROM BASE",
        "WORKDIR /home/app",
        "RUN chown app:app .",
        "USER app",
        "RUN mkdir m && echo x > m/f && ln -s f m/l");
    add(
        "run-environment",
        "FROM BASE",
        "ENV A=b PATH=/bin:/x",
        "RUN env -u HOSTNAME -u PWD -u SHLVL -u OLDPWD -u _ sh -c 'echo $A $PATH $HOME' > /e");
    add(
        "run-sparse-and-big",
        "FROM BASE",
        "RUN dd if=/dev/zero of=/z bs=1024 count=1 seek=5000 2>/dev/null");
    add("run-odd-names", "FROM BASE", "RUN touch '/a b' '/q\"uote' '/back\\slash' '/ünï' /-dash");
    add(
        "run-over-several",
        "FROM BASE",
        "RUN echo 1 > /f",
        "RUN echo 2 > /f",
        "RUN rm /f",
        "RUN echo 4 > /f");
    add(
        "run-recreate-deleted",
        "FROM BASE",
        "COPY dir /t",
        "RUN rm -r /t/deep",
        "RUN mkdir /t/deep && touch /t/deep/n");
  }

  private void mounts() {
    add(
        "mount-tmpfs",
        "FROM BASE",
        "RUN --mount=type=tmpfs,target=/scratch echo 1 > /scratch/f && cat /scratch/f > /kept");
    add(
        "mount-bind",
        "FROM BASE",
        "RUN --mount=type=bind,source=dir,target=/in cat /in/c.txt > /c");
    add(
        "mount-bind-stage",
        "FROM BASE AS one",
        "RUN echo tool > /tool",
        "FROM BASE",
        "RUN --mount=from=one,source=/tool,target=/t cat /t > /used");
    add(
        "mount-cache",
        "FROM BASE",
        "RUN --mount=type=cache,target=/cache echo 1 > /cache/f",
        "RUN --mount=type=cache,target=/cache cat /cache/f > /kept");
  }

  /** Each beside what it means: a folder is a stage that holds nothing else. */
  private void contexts() {
    String lib = "FROM scratch AS lib\nCOPY lib /\n";
    named(
        "context-copy",
        lib,
        "FROM BASE",
        "COPY --from=lib . /all/",
        "COPY --from=lib --chown=app:extra one.txt bin link /some/");
    named("context-glob", lib, "FROM BASE", "COPY --from=lib *.txt d*/*.txt /texts/");
    named("context-from", lib, "FROM lib", "ENV A=b", "COPY a.txt /", "WORKDIR /deep/w");
    named(
        "context-mount",
        lib,
        "FROM BASE",
        "RUN --mount=from=lib,source=deep,target=/in cat /in/two.txt > /kept && ls /in > /names");
    named(
        "context-chain",
        lib,
        "FROM lib AS more",
        "COPY a.txt /deep/",
        "FROM BASE",
        "COPY --from=more /deep /z");
    String[] user = {"FROM BASE", "COPY --from=lib /deep /x", "COPY --from=lib /one.txt /y"};
    all.add(
        new Case(
            "context-for-stage",
            "FROM BASE AS Lib\nRUN exit 1\n" + lines(user),
            Map.of("lib", "lib"),
            lib + lines(user)));
    String[] image = {
      "FROM IMAGE AS one", "RUN touch /one", "FROM scratch", "COPY --from=one /o* /"
    };
    String more = "COPY --from=IMAGE /etc/passwd /p\n";
    all.add(
        new Case(
            "context-for-image",
            (lines(image) + more).replace("IMAGE", "example.invalid/none:3"),
            Map.of("example.invalid/none:3", "BASE"),
            (lines(image) + more).replace("IMAGE", "BASE")));
  }

  private void named(String name, String meaning, String... lines) {
    all.add(new Case(name, lines(lines), Map.of("lib", "lib"), meaning + lines(lines)));
  }

  private static String lines(String... lines) {
    return String.join("\n", lines) + "\n";
  }
}
