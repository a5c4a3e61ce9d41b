package io.slipway.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultRouteTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Iface\tDestination\tGateway| false",
        "eth0\t00000000\t0100A8C0\t0003| true",
        "eth0\t0000A8C0\t00000000\t0001| false",
        "eth0| false",
        "''| false",
      })
  void onlyARouteToEverythingIsTheDefault(String line, boolean expected) {
    assertThat(Egress.isDefault(line)).isEqualTo(expected);
  }
}
