package io.slipway.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeptNetworkTest {
  @Test
  void shouldSeeSocketsAndWhatIsLeftOfThem() {
    String empty =
        "sockets: used 7\nTCP: inuse 0 orphan 3 tw 0 alloc 988 mem 22\nUDP: inuse 0 mem 0\n";
    assertThat(KeptNetwork.isQuiet(empty)).isTrue();
    assertThat(KeptNetwork.isQuiet(empty.replace("tw 0", "tw 12"))).isFalse();
    assertThat(KeptNetwork.isQuiet(empty.replace("TCP: inuse 0", "TCP: inuse 1"))).isFalse();
    assertThat(KeptNetwork.isQuiet(empty + "RAW6: inuse 10\n")).isFalse();
  }
}
