package io.slipway.local.command;

import io.slipway.infra.KafkaAccess;
import io.slipway.local.part.KafkaAccounts;
import io.slipway.local.request.DeadRequests;
import io.slipway.local.request.DeadRequests.Dead;
import io.slipway.local.state.LocalException;
import java.io.Console;
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
          "Shows one of them and, after a yes, sends it again as it is, in the name of the platform's administrator. Sent twice it is one request.")
  private String resend = "";

  @Option(names = "--yes", description = "Does not ask before it sends.")
  private boolean yes;

  @Override
  public void run() {
    state.running();
    List<Dead> all = DeadRequests.all(KafkaAccounts.client(state.folder(), KafkaAccess.ADMIN), "");
    if (!resend.isEmpty()) {
      Dead dead = at(resend, all);
      if (!yes && !isWanted(dead)) {
        throw new LocalException("Nothing was sent");
      }
      RequestCommand.sender(state).send(dead.key(), dead.event(), dead.data());
      System.out.println("Sent again: " + dead.line());
    } else if (!show.isEmpty()) {
      System.out.println(at(show, all).whole());
    } else {
      all.forEach(dead -> System.out.println(dead.line()));
    }
  }

  /** Whoever sends it vouches for it, so it is shown first, whole. */
  private static boolean isWanted(Dead dead) {
    Console console = System.console();
    if (console == null) {
      throw new LocalException(
          "Nobody can be asked here whether to send it: look at it with --show, then add --yes");
    }
    console.printf("%s%n", dead.whole());
    return "yes".equals(console.readLine("Send it as the administrator? Only yes sends it: "));
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
