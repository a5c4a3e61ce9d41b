package io.slipway.taskfile.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildCommandTest {
  @Test
  void shouldReadFlagsInAllTheirForms() throws Refusal {
    BuildCommand command =
        BuildCommand.parse(
            "-qt one --tag=two -ttree -t=four -f 'my Dockerfile' --build-arg A=b=c --build-arg D"
                + " --label x=y --label z --target end --network=none --no-cache --pull=false src");

    assertThat(command.tags()).containsExactly("one", "two", "tree", "four");
    assertThat(command.file()).isEqualTo("my Dockerfile");
    assertThat(command.buildArgs()).containsExactly(entry("A", "b=c"), entry("D", null));
    assertThat(command.labels()).containsExactly(entry("x", "y"), entry("z", ""));
    assertThat(command.target()).isEqualTo("end");
    assertThat(command.network()).isEqualTo("none");
    assertThat(command.noCache()).isTrue();
    assertThat(command.pull()).isFalse();
    assertThat(command.result().quiet()).isTrue();
    assertThat(command.context()).isEqualTo("src");
    assertThat(command.warnings()).isEmpty();
  }

  @Test
  void shouldReadWhatRunMayUse() throws Refusal {
    BuildLimits limits =
        BuildCommand.parse(
                "-m 1.5g --cpu-quota 150000 --cpuset-cpus 0-1 --shm-size=64m"
                    + " --ulimit nofile=1024:2048 .")
            .limits();

    assertThat(limits.memoryBytes()).isEqualTo(3L << 29);
    assertThat(limits.cpus()).isEqualTo(1.5);
    assertThat(limits.cpuset()).isEqualTo("0-1");
    assertThat(limits.shmBytes()).isEqualTo(64 << 20);
    assertThat(limits.ulimits()).containsExactly(entry("nofile", "1024:2048"));
    assertThat(BuildCommand.parse("--cpus 2 .").limits().cpus()).isEqualTo(2);
    assertThat(BuildCommand.parse("--cpu-quota 1 --cpu-period 4 .").limits().cpus())
        .isEqualTo(0.25);
  }

  @Test
  void shouldReadSecretsHostsPlatformsAndContexts() throws Refusal {
    BuildCommand command =
        BuildCommand.parse(
            "--secret id=a,src=f.txt --secret type=env,id=b,env=TOKEN --secret id=c --add-host"
                + " db:10.0.0.1 --add-host six=2001:db8::1 --platform linux/amd64,linux/arm64"
                + " --build-context base=docker-image://alpine .");

    assertThat(command.secrets())
        .containsExactly(
            new BuildSecret("a", "f.txt", null),
            new BuildSecret("b", null, "TOKEN"),
            new BuildSecret("c", null, null));
    assertThat(command.addHosts())
        .containsExactly(entry("db", "10.0.0.1"), entry("six", "2001:db8::1"));
    assertThat(command.platforms()).containsExactly("linux/amd64", "linux/arm64");
    assertThat(command.namedContexts().byName())
        .containsExactly(entry("base", new NamedContext.Image(ImageReference.of("alpine"))));
  }

  @Test
  void shouldReadCachesAndResults() throws Refusal {
    BuildCommand command =
        BuildCommand.parse(
            "--cache-from r.io/a:c --cache-from type=registry,ref=r.io/b:c"
                + " --cache-to type=registry,ref=r.io/b:c,mode=max --no-cache-filter one,two"
                + " --output type=image,push=true,rewrite-timestamp=true --iidfile id.txt --metadata-file m.json .");

    assertThat(command.cache().from())
        .containsExactly(ImageReference.of("r.io/a:c"), ImageReference.of("r.io/b:c"));
    assertThat(command.cache().to()).containsExactly(ImageReference.of("r.io/b:c"));
    assertThat(command.cache().allStages()).isTrue();
    assertThat(command.cache().offFor()).containsExactly("one", "two");
    assertThat(command.result())
        .isEqualTo(new BuildResult(true, false, "id.txt", "m.json", true, BuildAnnotations.NONE));
    assertThat(BuildCommand.parse("--push .").result().push()).isTrue();
  }

  @Test
  void shouldReadContextsOfAllKinds() throws Refusal {
    NamedContexts<NamedContext> contexts =
        BuildCommand.parse(
                "--build-context Lib=lib --build-context docker.io/library/alpine:latest=base"
                    + " --build-context alpine:3=https://h.example/r.git#main:sub"
                    + " --build-context app=oci-layout://out/app:v1 --build-context"
                    + " r.io/x/tools=oci-layout://out@sha256:%s --build-context lib=newer ."
                        .formatted("a".repeat(64)))
            .namedContexts();

    assertThat(contexts.find("LIB")).contains(new NamedContext.Files("newer"));
    assertThat(contexts.find("lib:latest")).contains(new NamedContext.Files("newer"));
    assertThat(contexts.find("lib:2")).isEmpty();
    assertThat(contexts.find("alpine")).contains(new NamedContext.Files("base"));
    assertThat(contexts.find("alpine:3"))
        .contains(new NamedContext.Files("https://h.example/r.git#main:sub"));
    assertThat(contexts.find("app")).contains(new NamedContext.Layout("out/app", "v1", null));
    assertThat(contexts.find("r.io/x/tools"))
        .contains(new NamedContext.Layout("out", "latest", "sha256:" + "a".repeat(64)));
    assertThat(contexts.find("not a name")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "::",
        "[fe80::1]",
        "1:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1",
        "1::",
        "1:2:3:4:5:6:10.0.0.1"
      })
  void shouldTakeAddressesOfBothVersions(String address) throws Refusal {
    assertThat(BuildCommand.parse("--add-host db=" + address + " .").addHosts())
        .containsExactly(entry("db", address.replaceAll("[\\[\\]]", "")));
  }

  @Test
  void shouldReadNotesAndNamesOfTheResult() throws Refusal {
    BuildCommand command =
        BuildCommand.parse(
            "--annotation a=b=c --annotation manifest,index:org.example.x:y=z --platform"
                + " linux/amd64,linux/arm64 -t r.io/a --output"
                + " type=registry,name=r.io/a .");

    assertThat(command.result().annotations())
        .isEqualTo(
            new BuildAnnotations(
                Map.of("a", "b=c", "org.example.x:y", "z"), Map.of("org.example.x:y", "z")));
    assertThat(command.tags()).containsExactly("r.io/a");
    assertThat(BuildCommand.parse("-o type=image,name=r.io/b:1,push=true .").tags())
        .containsExactly("r.io/b:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rm=false",
        "--force-rm",
        "--load",
        "--compress",
        "--squash",
        "--progress plain",
        "--sbom=true",
        "--provenance false",
        "--attest type=sbom",
        "--cpu-shares 2",
        "-c 2",
        "--memory-swap 1g",
        "--builder b"
      })
  void shouldSayWhatHasNoEffect(String flag) throws Refusal {
    assertThat(BuildCommand.parse(flag + " .").warnings())
        .singleElement()
        .asString()
        .startsWith("build flag --")
        .contains("has no effect: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--tga x .|did you mean --tag?",
        "--zzzzzzzz .|there is no build flag --zzzzzzzz; there are --add-host,",
        "-x .|there is no build flag -x",
        "--ssh default .|give the key by --secret",
        "--security-opt seccomp=unconfined .|sandbox",
        "--cgroup-parent x .|the agent's own",
        "--output type=local,dest=out .|copy files out of it with a cmd step",
        "-o out .|copy files out of it with a cmd step",
        "--isolation hyperv .|'default' only",
        "--cache-to type=s3,bucket=b .|'bucket=b' is not understood",
        "--cache-from type=gha .|by registries only",
        "--cache-from type=registry .|has no ref=",
        "--secret src=x .|has no id=",
        "--secret id=x,scr=y .|did you mean src=",
        "--secret id=x,src=y,env=Z .|both a file and a variable",
        "--tag|needs a value",
        "-t|needs a value",
        "--pull=maybe .|true or false",
        "--memory lots .|is not a valid size",
        "--cpus many .|is not a valid number",
        "--platform 'linux amd64' .|is not a valid platform",
        "--add-host db .|not of the form name:address",
        "--add-host db:10.0.0.1 --add-host db:10.0.0.2 .|db has the address 10.0.0.1",
        "--add-host db:host-gateway .|builds cannot reach the agent's machine",
        "--add-host db:10.0.0.256 .|'10.0.0.256' is not a valid IP address",
        "--add-host db:::g .|is not a valid IP address",
        "--add-host db=1:2 .|is not a valid IP address",
        "--add-host db=1::2::3 .|is not a valid IP address",
        "--add-host db=1:2:3:4:5:6:7:8:9 .|is not a valid IP address",
        "--add-host db=1.2.3.4:: .|is not a valid IP address",
        "--add-host 'db:1.2.3.4 evil' .|is not a valid IP address",
        "--cpuset-cpus all .|is not a list of processors",
        "--build-context base=ssh://me:hush@h/r .|base=ssh://***@h/r is refused",
        "--network mine .|networks of steps are not for builds",
        "--no-cache --no-cache-filter a .|do not go together",
        "--disable-content-trust=false .|by their digests",
        "--output type=docker,dest=x.tar .|copy files out of it with a cmd step",
        "--annotation x .|not of the form key=value",
        "--annotation index:a=b .|one platform has no index",
        "--annotation manifest-descriptor:a=b .|not for manifest-descriptor:",
        "--annotation manifest[linux/amd64]:a=b .|for all platforms alike",
        "--build-context base .|needs name=…",
        "--build-context =x .|has no name",
        "--build-context base= .|neither a folder nor an address",
        "--build-context base=- .|neither a folder nor an address",
        "--build-context 0=x .|means something else",
        "--build-context scratch=x .|means something else",
        "--build-context 'a b=x' .|is not a valid image name",
        "--build-context base=docker-image:// .|is not a valid image name",
        "--build-context base=docker-image://A!B .|is not a valid image name",
        "--build-context base=oci-layout://:tag .|names no folder",
        "--build-context base=oci-layout://x@sha256:1 .|has no digest",
        "--build-context base=target:other .|a context is a folder of the workspace",
        "--build-context base=file:///etc .|a context is a folder of the workspace",
        "--build-context base=ssh://h/r .|a context is a folder of the workspace",
        "--build-arg =x .|has no name",
        "-|standard input",
        "-f - .|standard input",
        "a b|one context, not a and b",
        "'a|is not closed",
      })
  void rejectsWhatCannotBeDoneByName(String text, String message) {
    assertThatThrownBy(() -> BuildCommand.parse(text))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldTakeAnEmptyFragmentForNone() {
    assertThat(ContextAddress.parse("https://h.example/u/r.git#"))
        .isEqualTo(new ContextAddress.Git("https://h.example/u/r.git", "", ""));
  }

  @Test
  void shouldTakeWordsAfterTwoDashesAsTheContext() throws Refusal {
    assertThat(BuildCommand.parse("-t x -- -folder").context()).isEqualTo("-folder");
  }

  @ParameterizedTest
  @CsvSource({
    ". , src, src/Dockerfile",
    "-f other/D src, src, other/D",
    "-f other/D https://h.example/r.git, step, step/other/D",
    "https://h.example/r.git, ., Dockerfile"
  })
  void shouldFindTheDockerfile(String text, String folder, String path) throws Refusal {
    assertThat(BuildCommand.parse(text).dockerfile(folder)).isEqualTo(path);
  }
}
