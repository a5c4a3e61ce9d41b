package io.slipway.taskapi.source.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockListTest {

  @Test
  void shouldReadBlocksOfEveryKindInOrder() {
    assertThat(
            parse(
                "<?xml version=\"1.0\"?><BlockList><Latest>Yg==</Latest>"
                    + "<Uncommitted> YQ== </Uncommitted><Committed>Yw==</Committed></BlockList>"))
        .isEqualTo(List.of("Yg==", "YQ==", "Yw=="));
  }

  @Test
  void shouldRefuseWhatIsNoListOfBlocks() {
    for (String bad :
        List.of(
            "",
            "no xml",
            "<BlockList/>",
            "<BlockList><Latest>a</BlockList>",
            "<!DOCTYPE x [<!ENTITY e \"b\">]><BlockList><Latest>&e;</Latest></BlockList>",
            "<!DOCTYPE x SYSTEM"
                + " \"file:///etc/passwd\"><BlockList><Latest>a</Latest></BlockList>")) {
      assertThatThrownBy(() -> parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static List<String> parse(String xml) {
    return BlockList.parse(xml.getBytes(StandardCharsets.UTF_8));
  }
}
