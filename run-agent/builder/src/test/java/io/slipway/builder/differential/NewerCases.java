package io.slipway.builder.differential;

import java.util.ArrayList;
import java.util.List;

/** What only BuildKit of today reads, over the context of {@link Cases#writeContext}. */
final class NewerCases {
  private final List<Case> all = new ArrayList<>();

  private NewerCases() {}

  static List<Case> all() {
    NewerCases cases = new NewerCases();
    cases.heredocs();
    cases.variables();
    cases.copies();
    cases.rest();
    return cases.all;
  }

  private void add(String name, String... lines) {
    all.add(new Case(name, String.join("\n", lines) + "\n"));
  }

  private void heredocs() {
    add(
        "heredoc-run",
        "FROM BASE",
        "RUN <<EOF",
        "a=1",
        "echo $((a<<3)) \"$a\" > /one",
        "EOF",
        "RUN cat <<-A > /two && cat <<'B' >> /two",
        "\t$HOME",
        "\tA",
        "$HOME",
        "B",
        "RUN <<'X'",
        "#!/bin/cat",
        "X",
        "RUN 3<<E cat <&3 > /three",
        "fd",
        "E",
        "RUN [\"/bin/sh\", \"-c\", \"echo '1 <<x' > /four\"]");
    add(
        "heredoc-trigger",
        "FROM BASE AS made",
        "ONBUILD COPY <<-T /t",
        "\tby a trigger",
        "T",
        "ONBUILD RUN <<E",
        "cat /t > /u",
        "E",
        "FROM made",
        "RUN cat /u > /v");
    add("heredoc-escape", "# escape=`", "FROM BASE", "COPY <<E /e", "C:\\dir `x \\$", "E");
  }

  private void variables() {
    add(
        "variable-patterns",
        "FROM BASE",
        "ARG V=v1.2.3 P=/a/b/c S=*b* E=",
        "LABEL a=${V#v} b=${V##*.} c=${V%.*} d=${V%%.*} e=${V/./-} f=${V//./-} g=${V#*.}",
        "LABEL h=${P//\\//_} i=${P##*/} j=${S#\\*} k=${V/?./x} l=${V/#v/w} m=${V/*/all}",
        "LABEL n=${E:-d} o=${E-d} p=${E:+s} q=${E+s} r=${N:-${V%.*}} s=${N:-'a }b'}");
    add(
        "variable-signs",
        "FROM BASE",
        "ENV A=1",
        "LABEL a=$$5 b=[$@$*$#$?$-$!] c=$10x d=${A}$ e=\\$A f='$A' g=\"\\$A \\\" \\x\" h=${A:-{x}}",
        "LABEL i=a\\ b j=\"a\\",
        "b\" k=\"${N:-\"q\"}\" \"l m\"=n");
    add(
        "args",
        "ARG G=global U",
        "FROM BASE AS p",
        "ARG G L=local",
        "ENV X=$G$L",
        "FROM p",
        "ARG L M=${L}m",
        "LABEL g=$G l=$L m=$M u=[$U]",
        "RUN echo \"$G $L $M $X\" > /args");
    add("expose", "FROM BASE", "ARG P='80 81/udp' N", "EXPOSE $P $N 7000-7002/TCP", "EXPOSE 9");
    add("old-forms", "FROM BASE", "ENV a  b c ", "LABEL d   e  f", "ENV g \"h\" i='j'");
    add(
        "workdirs",
        "FROM BASE",
        "WORKDIR /a/./b//",
        "WORKDIR ../c/",
        "WORKDIR \"d e\"",
        "RUN pwd>/p");
  }

  private void copies() {
    add(
        "link",
        "FROM BASE",
        "COPY --link a.txt /new/a",
        "COPY --link dir /tree/",
        "ADD --link plain.tar /p/");
    add(
        "chmod-letters",
        "FROM BASE",
        "COPY --chmod=u=rwX,go=rX dir /d",
        "COPY --chmod=g+w,o-r a.txt /a");
    add(
        "unpack",
        "FROM BASE",
        "ADD --unpack=false plain.tar /kept/",
        "ADD --chown=7:8 plain.tar /owned/");
    add(
        "file-into-folder",
        "FROM BASE",
        "RUN mkdir /there",
        "COPY a.txt /there",
        "COPY <<F /there",
        "F");
    add(
        "glob-of-folders",
        "FROM BASE",
        "COPY l*b /x/",
        "COPY d?r /y",
        "COPY [d]ir/*.txt dir/deep* /z/");
    add(
        "source-link",
        "FROM BASE",
        "COPY dir/link /followed",
        "COPY dir/l* /globbed/",
        "COPY dir /whole");
  }

  private void rest() {
    add(
        "user-numbers",
        "FROM BASE",
        "USER 4711",
        "WORKDIR /n",
        "RUN id -u > /tmp/id; echo $HOME >> /tmp/id");
    add("user-group", "FROM BASE", "USER app:extra", "WORKDIR /g/h", "RUN id -g > /tmp/id");
    add(
        "empty-lines",
        "# a comment",
        "  FROM BASE",
        "\tRUN echo 1 \\  ",
        "",
        "   # comment",
        "  2 > /e \\\\",
        "ENV A=b \\",
        "  # c",
        "  D=e");
    add(
        "volumes",
        "FROM BASE",
        "VOLUME [\"/a\", \"/b c\"]",
        "VOLUME /d /e",
        "RUN mkdir -p /d && echo 1 > /d/f");
    add(
        "health",
        "FROM BASE",
        "HEALTHCHECK --interval=1m --timeout=3s --start-interval=2s --retries=2 CMD [\"a\", \"b\"]");
    add(
        "stop",
        "FROM BASE",
        "STOPSIGNAL 9",
        "SHELL [\"/bin/bash\", \"-c\"]",
        "CMD x $Y",
        "ENTRYPOINT y");
    add(
        "mounts",
        "FROM BASE AS one",
        "RUN mkdir /s && echo 1 > /s/f",
        "FROM BASE",
        "RUN --mount=type=cache,target=/cache,from=one,source=/s cat /cache/f > /k",
        "RUN --mount=type=bind,from=one,source=/s,target=/in,rw echo 2 > /in/g && ls /in > /l");
  }
}
