package io.slipway.taskapi.definition;

import io.slipway.taskfile.build.ContextAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Addresses of git repositories: which are the same, and one commit of them. Pure. */
public final class GitContext {
  private static final String GIT = ".git";

  private GitContext() {}

  /** Whether a context or the address of a trigger is one of these addresses. */
  public static boolean isOneOf(String address, List<String> addresses) {
    String plain = plain(address);
    return addresses.stream()
        .map(GitContext::plain)
        .anyMatch(it -> it.startsWith("/") ? plain.endsWith(it) : plain.equals(it));
  }

  /**
   * Whether a token for the one address may be sent to the other: both have the same scheme, server
   * and port, or are the same.
   */
  public static boolean isSameServer(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    String first = withoutFragment(one);
    String second = withoutFragment(other);
    return first.equals(second)
        || (server(first).isPresent() && server(first).equals(server(second)));
  }

  private static Optional<String> server(String address) {
    try {
      URI uri = URI.create(address);
      return uri.getScheme() == null || uri.getRawAuthority() == null
          ? Optional.empty()
          : Optional.of((uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }

  private static String withoutFragment(String address) {
    int fragment = address.indexOf('#');
    return fragment < 0 ? address : address.substring(0, fragment);
  }

  /**
   * How a run differs from what a step says, that builds one commit of the repository.
   *
   * @return the step as it is if it has no context
   * @throws IllegalArgumentException if the step's context is no such commit's; the message is a
   *     sentence for people
   */
  public static StepOverride pinned(Step step, String repository, String commit) {
    String context = step.contextPath();
    if (context == null || ContextAddress.parse(context) instanceof ContextAddress.None) {
      return StepOverride.NONE;
    }
    if (!(ContextAddress.parse(context) instanceof ContextAddress.Git)
        || !isOneOf(context, List.of(repository))) {
      throw new IllegalArgumentException(
          "The context of the task is not the repository of the trigger, "
              + plain(repository)
              + ", so that its commits cannot be built.");
    }
    if (ContextCredentials.areMissing(context)) {
      throw new IllegalArgumentException(
          "The context of the task has its credentials in its address; give them as a token"
              + " (--git-access-token) for its commits to be built.");
    }
    String folder = folder(context);
    // As it is written: a token is for this very address.
    String pinned = withoutFragment(context) + "#" + commit + (folder == null ? "" : ":" + folder);
    return new StepOverride(pinned, null, null, List.of(), List.of(), Map.of());
  }

  /** As it is written in the address, escapes and all. */
  private static @Nullable String folder(String context) {
    int colon = context.indexOf(':', context.indexOf('#') + 1);
    return context.indexOf('#') < 0 || colon < 0 ? null : context.substring(colon + 1);
  }

  /** Server and path: without scheme, log-in, fragment, ending and case. */
  private static String plain(String address) {
    String text = withoutFragment(address);
    int scheme = text.indexOf("://");
    if (scheme >= 0) {
      text = text.substring(scheme + 3);
    } else if (text.startsWith("git@")) {
      text = text.replace(':', '/');
    }
    int slash = text.indexOf('/');
    int login = text.lastIndexOf('@', slash < 0 ? text.length() : slash);
    text = text.substring(login + 1).toLowerCase(Locale.ROOT);
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    return text.endsWith(GIT) ? text.substring(0, text.length() - GIT.length()) : text;
  }
}
