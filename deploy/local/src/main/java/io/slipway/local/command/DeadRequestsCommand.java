package io.slipway.local.command;

import io.slipway.infra.KafkaAccess;
import io.slipway.local.part.KafkaAccounts;
import io.slipway.local.request.DeadRequests;
import io.slipway.local.request.DeadRequests.Dead;
import io.slipway.local.state.LocalException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "dead-requests",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the requests by event that were put aside, each with its place and the reason.",
      "The last hundred of each partition of run-requests.dead."
    })
final class DeadRequestsCommand implements Runnable {
  @Mixin private StateOption state;

  @Option(
      names = "--show",
      paramLabel = "PLACE",
      description = "Prints one of them whole, for example 0@7.")
  private String show = "";

  @Option(
      names = "--resend",
      paramLabel = "PLACE",
      description =
          "Sends one of them again, as it is, in the name of the platform's administrator: look at it before. Sent twice it is one request.")
  private String resend = "";

  @Override
  public void run() {
    state.running();
    List<Dead> all = DeadRequests.all(KafkaAccounts.client(state.folder(), KafkaAccess.ADMIN), "");
    if (!resend.isEmpty()) {
      Dead dead = at(resend, all);
      RequestCommand.sender(state).send(dead.key(), dead.event(), dead.data());
      System.out.println("Sent again: " + dead.line());
    } else if (!show.isEmpty()) {
      Dead dead = at(show, all);
      dead.headers().forEach((name, value) -> System.out.println(name + ": " + value));
      System.out.println();
      System.out.println(new String(dead.data(), StandardCharsets.UTF_8));
    } else {
      all.forEach(dead -> System.out.println(dead.line()));
    }
  }

  private static Dead at(String place, List<Dead> all) {
    return all.stream()
        .filter(dead -> dead.place().equals(place))
        .findFirst()
        .orElseThrow(() ->
            new LocalException(
                "There is no dead request at " + place + ": ./slipway dead-requests lists them"));
  }
}
