package io.slipway.local.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.local.state.LocalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DebianPackagesTest {
  /** What a bare Debian 12 has. */
  private static final Set<String> BARE = Set.of("unshare", "ip");

  @Test
  void shouldNameWhatABareMachineLacks() {
    assertThat(DebianPackages.missing(EnginePrograms.of("Linux", "root"), BARE::contains))
        .containsExactly("slirp4netns", "crun");
    assertThat(DebianPackages.missing(EnginePrograms.of("Linux", "anna"), BARE::contains))
        .containsExactly("slirp4netns", "crun", "uidmap");
  }

  @Test
  void shouldTakeCrunForRunc() {
    Set<String> installed = Set.of("unshare", "ip", "slirp4netns", "crun");

    assertThat(DebianPackages.missing(EnginePrograms.of("Linux", "root"), installed::contains))
        .isEmpty();
  }

  @Test
  void shouldNameAllPackagesOfAProgramOnce() {
    List<Program> programs =
        List.of(Program.of("gcc", "gcc libc6-dev"), Program.of("cc", "gcc libc6-dev"));

    assertThat(DebianPackages.missing(programs, name -> false)).containsExactly("gcc", "libc6-dev");
  }

  @Test
  void shouldSayNothingWhenAllAreThere() {
    List<String> said = new ArrayList<>();

    DebianPackages.require("A test", List.of(Program.of("/bin/sh", "dash")), said::add);

    assertThat(said).isEmpty();
  }

  @Test
  void shouldSayWhatToRunWhereItMayNotInstall() {
    List<Program> programs = List.of(Program.of("/no/such/program", "no-such-package"));
    List<String> said = new ArrayList<>();

    DebianPackages.offer("A test", programs, false, said::add);

    assertThat(said)
        .containsExactly(
            "A test needs programs that are not installed; run: sudo apt-get install -y"
                + " no-such-package");
    assertThatThrownBy(() -> DebianPackages.require("A test", programs, false, said::add))
        .isInstanceOf(LocalException.class);
  }
}
