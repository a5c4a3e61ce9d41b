package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-in at the login server itself, for clients that know ACR's paths or no tokens at all. */
@Order(4)
class LoginServerIT {
  /** What the Azure CLI and ACR put in the place of a user name where a token is the password. */
  private static final String NO_NAME = "00000000-0000-0000-0000-000000000000";

  private static final Platform PLATFORM = Workshop.shared().platform();
  private static final HttpClient HTTP = new Services(PLATFORM).registryClient();
  private static final String SERVER = Workshop.shared().api().loginServer();
  private static final String REFRESH = refreshToken();

  private static String refreshToken() {
    return PLATFORM
        .azJson("acr", "login", "--name", Cast.REGISTRY, "--expose-token")
        .get("accessToken")
        .asText();
  }

  @Test
  void shouldGiveTokensAtTheLoginServer() {
    HttpResponse<String> answer =
        post(
            "/oauth2/token",
            Map.of(
                "grant_type",
                "refresh_token",
                "service",
                SERVER,
                "scope",
                "registry:catalog:*",
                "refresh_token",
                REFRESH));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String token = Api.json(answer.body()).get("access_token").asText();
    assertThat(get("/v2/_catalog", "Bearer " + token).body()).contains("base/shell");
    assertThat(get("/v2/base/shell/tags/list", "Bearer " + token).statusCode()).isEqualTo(401);
  }

  @Test
  void rejectsAPasswordThatIsNoneAtTheLoginServer() {
    Map<String, String> form =
        Map.of(
            "grant_type",
            "refresh_token",
            "service",
            SERVER,
            "scope",
            "registry:catalog:*",
            "refresh_token",
            REFRESH.substring(0, REFRESH.length() - 9) + "AAAAAAAAA");

    assertThat(post("/oauth2/token", form).statusCode()).isEqualTo(401);
    assertThat(get("/v2/", basic(NO_NAME, "guess")).statusCode()).isEqualTo(401);
    assertThat(get("/v2/_catalog", basic("admin", "")).statusCode()).isEqualTo(401);
    assertThat(get("/v2/", "Basic ???").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/../q/metrics",
        "/oauth2/%2e%2e/q/metrics",
        "/oauth2/token/../../q/health",
        "/oauth2/token/..%2f..%2finternal/signing-keys",
        "/oauth2/"
      })
  void rejectsEverythingElseOfIdentityService(String path) {
    assertThat(get(path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldTakeANameAndAPasswordWithEachRequest() {
    assertThat(get("/v2/", basic(NO_NAME, REFRESH)).statusCode()).isEqualTo(200);
    assertThat(get("/v2/_catalog", basic(NO_NAME, REFRESH)).body()).contains("base/shell");
    assertThat(get("/v2/base/shell/tags/list", basic(NO_NAME, REFRESH)).body()).contains("\"1\"");
  }

  @Test
  void shouldMountABlobForANameAndAPassword() {
    String manifest = get("/v2/base/shell/manifests/1", basic(NO_NAME, REFRESH)).body();
    String digest = Api.json(manifest).at("/config/digest").asText();
    String mount = "/v2/login/mounted/blobs/uploads/?from=base/shell&mount=" + digest;

    HttpResponse<String> mounted = send("POST", mount, basic(NO_NAME, REFRESH));

    assertThat(mounted.statusCode()).as(mounted.body()).isEqualTo(201);
    assertThat(mounted.headers().firstValue("Location"))
        .hasValue("/v2/login/mounted/blobs/" + digest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /v2/ | ''",
        "GET | /v2/_catalog | registry:catalog:*",
        "GET | /acr/v1/_catalog | registry:catalog:*",
        "GET | /v2/a/b/tags/list | repository:a/b:pull",
        "GET | /v2/a/b/manifests/1 | repository:a/b:pull",
        "HEAD | /v2/a/b/manifests/1 | repository:a/b:pull",
        "PUT | /v2/a/b/manifests/1 | repository:a/b:pull,push",
        "DELETE | /v2/a/b/manifests/1 | repository:a/b:delete",
        "POST | /v2/a/b/blobs/uploads/ | repository:a/b:pull,push",
        "POST | /v2/a/b/blobs/uploads/?mount=sha256:0000000000000000000000000000000000000000000000000000000000000000&from=c/d | repository:a/b:pull,push repository:c/d:pull",
        "POST | /v2/a/b/blobs/uploads/?mount=x&from=c%22d | repository:a/b:pull,push",
        "PATCH | /v2/a/b/blobs/uploads/11111111-1111-1111-1111-111111111111 | repository:a/b:pull,push",
        "GET | /v2/a/b/referrers/sha256:0000000000000000000000000000000000000000000000000000000000000000 | repository:a/b:pull",
        "GET | /acr/v1/a/b/_tags | repository:a/b:metadata_read",
      })
  void shouldNameTheScopeThatARequestNeeds(String method, String path, String scope) {
    for (String shown : new String[] {"", "Bearer x.y.z", basic(NO_NAME, "guess")}) {
      HttpResponse<String> answer = send(method, path, shown);

      String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("none");
      assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(401);
      assertThat(challenge).contains("service=\"" + SERVER + "\"");
      assertThat(challenge.contains("scope=")).isEqualTo(!scope.isEmpty());
      assertThat(challenge).contains(scope.isEmpty() ? "realm=" : "scope=\"" + scope + "\"");
    }
  }

  private static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static HttpResponse<String> get(String path, String authorization) {
    return send("GET", path, authorization);
  }

  private static HttpResponse<String> send(String method, String path, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + SERVER + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
  }

  private static HttpResponse<String> post(String path, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(URI.create("https://" + SERVER + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }
}
