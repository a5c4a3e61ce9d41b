package io.slipway.bench.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * The management API as the administrator calls it, at the services' own ports: the front door in
 * front of them belongs to the one-machine platform alone.
 */
public final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VERSION = "?api-version=2019-06-01-preview";
  private static final String GROUP = "bench";
  private static final String ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

  private final BenchPlatform platform;
  private final String group;
  private String token = "";
  private long tokenUntil;

  /** Of a platform that is up. */
  public Api(BenchPlatform platform) {
    this.platform = platform;
    this.group =
        "/subscriptions/%s/resourceGroups/%s"
            .formatted(platform.settings().subscriptionId(), GROUP);
  }

  /** ARM id of a registry. */
  public String registryId(String registry) {
    return group + "/providers/Microsoft.ContainerRegistry/registries/" + registry;
  }

  /** Makes a registry; answers its login server. */
  public String registry(String name) throws IOException, InterruptedException {
    call(platform.ports().taskApi(), "PUT", group, "{\"location\":\"local\"}");
    String body = "{\"location\":\"local\",\"sku\":{\"name\":\"Standard\"}}";
    call(platform.ports().taskApi(), "PUT", registryId(name), body);
    for (int i = 0; i < 200; i++) {
      JsonNode found = call(platform.ports().taskApi(), "GET", registryId(name), "");
      String loginServer = found.at("/properties/loginServer").asText("");
      if (!loginServer.isEmpty() && !loginServer.equals("null")) {
        return loginServer;
      }
      Thread.sleep(100);
    }
    throw new IOException("registry " + name + " did not become ready");
  }

  /**
   * Makes a task with an identity of its own, which may pull from another registry.
   *
   * @param yaml the task file
   * @param other the other registry, and its login server
   */
  public void task(String registry, String name, String yaml, String other, String loginServer)
      throws IOException {
    String encoded = Base64.getEncoder().encodeToString(yaml.getBytes(StandardCharsets.UTF_8));
    String body =
        """
        {"location":"local","identity":{"type":"SystemAssigned"},"properties":{
        "platform":{"os":"linux"},"step":{"type":"EncodedTask","encodedTaskContent":"%s"},
        "credentials":{"customRegistries":{"%s":{"identity":"[system]"}}}}}\
        """
            .formatted(encoded, loginServer);
    String path = registryId(registry) + "/tasks/" + name;
    JsonNode task = call(platform.ports().taskApi(), "PUT", path, body);
    String role = "/providers/Microsoft.Authorization/roleDefinitions/" + ACR_PULL;
    String assignment =
        "{\"properties\":{\"roleDefinitionId\":\"/subscriptions/%s%s\",\"principalId\":\"%s\"}}"
            .formatted(
                platform.settings().subscriptionId(),
                role,
                task.at("/identity/principalId").asText());
    call(
        platform.ports().identity(),
        "PUT",
        registryId(other)
            + "/providers/Microsoft.Authorization/roleAssignments/"
            + UUID.randomUUID(),
        assignment);
  }

  /** Body of a request for a run of a task. */
  public String scheduleRun(String registry, String task) {
    return "{\"type\":\"TaskRunRequest\",\"taskId\":\"%s/tasks/%s\"}"
        .formatted(registryId(registry), task);
  }

  /** A request of the management API, as bytes. */
  public byte[] request(String method, String path, String json) throws IOException {
    String versioned = path.contains("?") ? path + VERSION.replace('?', '&') : path + VERSION;
    return HttpConnection.request(method, versioned, token(), json);
  }

  /** A call of task-api that must succeed. */
  public JsonNode call(String method, String path, String json) throws IOException {
    return call(platform.ports().taskApi(), method, path, json);
  }

  private JsonNode call(int port, String method, String path, String json) throws IOException {
    try (HttpConnection connection = HttpConnection.open(port)) {
      HttpConnection.Answer answer = connection.send(request(method, path, json));
      if (answer.status() >= 300) {
        throw new IOException(method + " " + path + ": " + answer.status() + " " + answer.text());
      }
      return JSON.readTree(answer.body());
    }
  }

  /** A token of the administrator that is good for some minutes more. */
  public synchronized String token() throws IOException {
    if (System.nanoTime() - tokenUntil >= 0) {
      String url = platform.ports().publicUrl();
      String secret =
          PrivateFiles.read(
                  platform.state().secrets().resolve(ServiceConfigs.ADMINISTRATOR + ".secret"))
              .strip();
      String form =
          "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s"
              .formatted(
                  ServiceConfigs.ADMINISTRATOR,
                  secret,
                  URLEncoder.encode(url + "/.default", StandardCharsets.UTF_8));
      JsonNode granted = JSON.readTree(post(form));
      token = granted.path("access_token").asText();
      // Half its life, as all clients do here.
      tokenUntil = System.nanoTime() + granted.path("expires_in").asLong() * 500_000_000L;
    }
    return token;
  }

  private byte[] post(String form) throws IOException {
    String request =
        "POST /adfs/oauth2/token HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + form.length()
            + "\r\n\r\n"
            + form;
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), platform.ports().identity())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int body = answer.indexOf("\r\n\r\n");
      if (body < 0 || !answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("the administrator was not given a token: " + answer);
      }
      return answer.substring(body + 4).getBytes(StandardCharsets.UTF_8);
    }
  }
}
