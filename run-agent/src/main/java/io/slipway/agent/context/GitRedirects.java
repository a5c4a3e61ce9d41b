package io.slipway.agent.context;

import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * Follows a server's redirects before git is called, so that each host on the way is checked; git
 * itself is told to follow none.
 */
final class GitRedirects {
  private static final String PROBE = "/info/refs?service=git-upload-pack";
  private static final String SMART = "application/x-git-upload-pack-advertisement";

  private final ContextHosts hosts;
  private final CheckedHttp<Refusal> http;

  GitRedirects(ContextHosts hosts, CheckedHttp<Refusal> http) {
    this.hosts = hosts;
    this.http = http;
  }

  /**
   * Where a repository really is.
   *
   * @param address its address
   * @param shallow whether the server can send a single commit; a plain file server cannot
   */
  record Place(GitAddress address, boolean shallow) {}

  /** Where the repository really is; the address itself unless the server redirects. */
  Place follow(GitAddress address) throws IOException, Refusal, InterruptedException {
    hosts.allowed(address.host(), address.port());
    if (!address.isHttp()) {
      return new Place(address, true);
    }
    String base = address.base();
    String password = address.loginPassword();
    Map<String, String> headers =
        password == null
            ? Map.of()
            : Map.of("Authorization", FetchTarball.basic(address.loginUser() + ":" + password));
    URI probe;
    try {
      probe = URI.create(base + PROBE);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it is not the address of a git repository in a network", malformed);
    }
    try {
      return http.get(probe, headers, answer -> place(address, answer));
    } catch (IOException unreachable) {
      // git will fail in the same way, with better words, and follows no redirect itself.
      return new Place(address, false);
    }
  }

  private static Place place(GitAddress asked, CheckedHttp.Answer answer) throws IOException {
    boolean shallow = answer.ok() && isSmart(answer.contentType());
    String at = answer.at().toString();
    if (!at.endsWith(PROBE)) {
      return new Place(asked, shallow);
    }
    String text = at.substring(0, at.length() - PROBE.length());
    if (asked.text().equals(text) || asked.text().equals(text + "/")) {
      return new Place(asked, shallow);
    }
    // Credentials for one server are not sent to another.
    return new Place(GitAddress.redirected(text).withSecretOf(asked), shallow);
  }

  static boolean isSmart(String contentType) {
    return contentType.equals(SMART);
  }
}
