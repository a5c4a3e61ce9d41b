package io.slipway.agent.context;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A git repository, fetched with the machine's git: arguments as words, after {@code --}; only the
 * protocols of the network; no configuration of the machine or the user; a password or token goes
 * by a file that only the agent can read, never by an argument.
 */
final class GitRepository {
  private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+@-]*");

  private final String revision;

  private GitRepository(String revision) {
    this.revision = revision;
  }

  String revision() {
    return revision;
  }

  /**
   * Fetches a reference into a new folder.
   *
   * @param addresses the host's addresses, which git uses as they are; for http
   * @param secrets folder for what git must know and nobody else; outside of the new folder
   */
  static GitRepository fetch(
      GitAddress address,
      List<InetAddress> addresses,
      String ref,
      Path folder,
      Path secrets,
      Consumer<String> output)
      throws IOException, InterruptedException {
    if (!ref.isEmpty() && (!REF.matcher(ref).matches() || ref.contains(".."))) {
      throw new IOException("'" + ref + "' is no git reference");
    }
    Files.createDirectories(folder);
    Path credentials = Files.createTempFile(secrets, "git", ".credentials");
    try {
      Files.writeString(credentials, storeLine(address));
      List<String> settings = settings(address, addresses, credentials);
      return fetch(new Git(folder, settings, output), address.text(), ref);
    } finally {
      Files.delete(credentials);
    }
  }

  private static GitRepository fetch(Git git, String address, String ref)
      throws IOException, InterruptedException {
    String wanted = ref.isEmpty() ? "HEAD" : ref;
    git.run("init", "-q");
    git.run("remote", "add", "--", "origin", address);
    try {
      git.run("fetch", "-q", "--depth", "1", "--no-tags", "--", "origin", refspec(wanted));
      git.run("checkout", "-q", "FETCH_HEAD");
    } catch (GitFailedException shallow) {
      // Servers may refuse single commits, or cannot give a part.
      git.run("fetch", "-q", "--", "origin", "HEAD", "+refs/heads/*:refs/remotes/origin/*");
      git.run("checkout", "-q", ref.isEmpty() ? "FETCH_HEAD" : remote(git, wanted));
    }
    return new GitRepository(git.run("rev-parse", "--verify", "HEAD").strip());
  }

  /** The form that git's own store of credentials reads. */
  private static String storeLine(GitAddress address) {
    String user = address.user();
    if (user == null) {
      return "";
    }
    return "%s://%s:%s@%s:%d%n"
        .formatted(
            address.scheme(),
            encoded(user),
            encoded(address.password()),
            address.host(),
            address.port());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<String> settings(
      GitAddress address, List<InetAddress> addresses, Path credentials) {
    List<String> settings = new ArrayList<>(List.of("-c", "protocol.allow=never"));
    for (String protocol : List.of("http", "https", "git", "ssh")) {
      settings.addAll(List.of("-c", "protocol." + protocol + ".allow=always"));
    }
    settings.addAll(List.of("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"));
    settings.addAll(List.of("-c", "http.followRedirects=false"));
    settings.addAll(List.of("-c", "credential.helper=store --file=" + credentials));
    if (address.isHttp() && !addresses.isEmpty()) {
      String resolved =
          addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
      settings.addAll(
          List.of(
              "-c",
              "http.curloptResolve=" + address.host() + ":" + address.port() + ":" + resolved));
    }
    return settings;
  }

  private static String refspec(String ref) {
    return ref.startsWith("pull/") ? "refs/" + ref : ref;
  }

  private static String remote(Git git, String ref) throws IOException, InterruptedException {
    try {
      return git.run("rev-parse", "--verify", "refs/remotes/origin/" + ref).strip();
    } catch (GitFailedException noBranch) {
      return git.run("rev-parse", "--verify", ref + "^{commit}").strip();
    }
  }
}
