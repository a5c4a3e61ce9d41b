package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmError;
import io.slipway.taskapi.arm.ArmException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields that nobody reads are refused where they are. */
class KnownFieldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KnownFields KNOWN =
      KnownFields.of("a{b !old} list[]{name} map{*{value}} any*");

  @Test
  void shouldTakeWhatIsKnown() throws Exception {
    assertThat(
            wrong(
                "{'a':{'b':1},'list':[{'name':'n'}],'map':{'x':{'value':1},'y':null},"
                    + "'any':{'z':[1]},'unknown':null}"))
        .isEmpty();
  }

  @Test
  void shouldNameEachOfTheOthersByItsPlace() throws Exception {
    assertThat(
            wrong(
                "{'a':{'c':1,'old':1},'list':[{'name':'n'},{'mane':'n'}],'map':{'x':{'v':1}},'l':{}}"))
        .containsExactly(
            "a.c is not known here, must be one of [b, old]",
            "a.old is not supported by Slipway: leave it out",
            "list[1].mane is not known here, must be one of [name]",
            "map.x.v is not known here, must be one of [value]",
            "l is not known here, must be one of [a, list, map, any]");
    assertThat(wrong("{'a':'text','list':{'name':1}}"))
        .containsExactly("a must be an object", "list must be a list");
    assertThat(wrong("[1]")).containsExactly("the body must be an object");
  }

  @Test
  void shouldNameTwentyAtMost() throws Exception {
    ObjectNode body = JSON.createObjectNode();
    for (int i = 0; i < 10_000; i++) {
      body.put("n".repeat(500) + i, i);
    }
    List<String> wrong = wrong(body.toString());
    assertThat(wrong).hasSize(20);
    assertThat(wrong.getFirst()).hasSizeLessThan(200);
  }

  private static List<String> wrong(String body) throws Exception {
    Problems problems = new Problems("Invalid");
    KNOWN.check(problems, "", JSON.readTree(body.replace('\'', '"')));
    ArmException refused = catchThrowableOfType(ArmException.class, problems::throwIfAny);
    return refused == null
        ? List.of()
        : refused.details().stream().map(ArmError.Inner::message).toList();
  }
}
