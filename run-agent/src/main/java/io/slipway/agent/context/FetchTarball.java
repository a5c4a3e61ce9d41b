package io.slipway.agent.context;

import com.google.re2j.Pattern;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** Fetches an archive at an address and unpacks it. */
final class FetchTarball {
  private static final Pattern LOG_IN = Pattern.compile("//[^@/?#]*@");

  private final CheckedHttp<Refusal> http;
  private final ContextLimits limits;

  FetchTarball(CheckedHttp<Refusal> http, ContextLimits limits) {
    this.http = http;
    this.limits = limits;
  }

  /**
   * Fetches and unpacks an archive.
   *
   * @param folder exists
   * @param scratch folder for the archive itself
   * @throws ContextRefusedException if it is not an archive, or breaks a rule or limit
   */
  void run(String address, Path folder, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    URI uri = uri(address);
    Map<String, String> headers = Map.of();
    if (uri.getRawQuery() != null) { // such as the signature of a link
      access.log().masker().learn(uri.getRawQuery());
    }
    String userInfo = uri.getUserInfo();
    if (userInfo != null) {
      access.log().masker().learn(userInfo.substring(userInfo.indexOf(':') + 1));
      headers = Map.of("Authorization", basic(userInfo));
      uri = uri(LOG_IN.matcher(address).replaceFirst("//"));
    }
    Path archive = scratch.resolve("archive");
    URI at = uri;
    Map<String, String> sent = headers;
    ContextDownload.tried(() -> http.get(at, sent, answer -> saved(answer, archive)));
    try (InputStream in = Files.newInputStream(archive)) {
      UnpackArchive.into(folder, in, new ContextBudget(limits, folder));
    }
  }

  private Path saved(CheckedHttp.Answer answer, Path archive) throws IOException {
    if (!answer.ok()) {
      throw new ContextDownload.StatusException(answer.status());
    }
    ContextDownload.save(answer.body(), archive, limits);
    return archive;
  }

  static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  private static URI uri(String address) throws ContextRefusedException {
    try {
      URI uri = new URI(address);
      if (uri.getHost() != null) {
        return new URI(
            address.indexOf('#') < 0 ? address : address.substring(0, address.indexOf('#')));
      }
    } catch (URISyntaxException malformed) {
      // Its message holds the whole address, secrets included.
    }
    throw new ContextRefusedException("the address of the context is not an http or https address");
  }
}
