package io.slipway.broker.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.broker.registry.BoundedBody;
import io.slipway.broker.registry.RegistryConfig;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Posts an event to a webhook's address, once, as far as the egress policy opens it; no redirect is
 * followed. What is wrong is an answer, and holds no secret.
 */
@ApplicationScoped
class PostEvent {
  private static final Logger LOG = Logger.getLogger(PostEvent.class);
  private static final Duration PATIENCE = Duration.ofSeconds(9);
  private static final int GONE = 410;

  /** Characters of an answer that are shown. */
  private static final int LONGEST_SHOWN = 4_096;

  private static final int LONGEST_HEADER = 256;
  private static final List<String> SHOWN =
      List.of("Content-Type", "Content-Length", "Date", "Server", "Retry-After");

  private static final BodyCodec<Buffer> BOUNDED =
      BodyCodec.newInstance(BoundedBody.codec(), Buffer.__TYPE_ARG);

  private final ReactiveHttp http;
  private final RegistryConfig config;
  private final InstantSource clock;

  PostEvent(ReactiveHttp http, RegistryConfig config, InstantSource clock) {
    this.http = http;
    this.config = config;
    this.clock = clock;
  }

  /** A request as ARM shows it, but for its content, which whoever asked for it knows. */
  record Request(String method, String requestUri, Map<String, String> headers, String version) {}

  /** An answer as ARM shows it. */
  record Response(
      String content,
      Map<String, String> headers,
      String reasonPhrase,
      String statusCode,
      String version) {}

  /**
   * What came of it.
   *
   * @param isFinal whether it would be the same another time
   * @param retryAfter seconds that the receiver asks to wait
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sent(
      boolean delivered,
      boolean isFinal,
      Request request,
      @Nullable Response response,
      @Nullable String problem,
      long retryAfter) {}

  /** Posts it; does not fail. */
  Uni<Sent> post(WebhookConfig webhook, String id, String body) {
    String address = Objects.requireNonNull(webhook.serviceUri());
    String secret = Objects.requireNonNull(webhook.signingSecret());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json; charset=utf-8");
    headers.putAll(webhook.customHeaders());
    headers.putAll(Signature.headers(secret, id, clock.instant(), body));
    Request request = new Request("POST", webhook.shownAddress(), shown(headers), "1.1");
    if (!webhook.customHeaders().isEmpty() && !config.mayCarrySecret(URI.create(address))) {
      return Uni.createFrom()
          .item(failed(request, "Headers are sent over https alone: give such an address.", true));
    }
    return http.sendOnce(
            config.egress(), HttpMethod.POST, address, call -> send(call, headers, body))
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .map(answer -> answered(webhook, request, answer))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.infof("%s can't be reached: %s", webhook.shownAddress(), failure);
          return failure instanceof EgressRefusedException
              ? failed(request, "The address: " + failure.getMessage() + ".", true)
              : failed(request, "The receiver cannot be reached, or is too slow.", false);
        });
  }

  private static Uni<HttpResponse<Buffer>> send(
      HttpRequest<Buffer> call, Map<String, String> headers, String body) {
    HttpRequest<Buffer> with =
        call.timeout(ReactiveHttp.ANSWER_MILLIS).putHeader("User-Agent", "slipway");
    headers.forEach(with::putHeader);
    return with.as(BOUNDED).sendBuffer(Buffer.buffer(body));
  }

  private static Sent failed(Request request, String problem, boolean isFinal) {
    return new Sent(false, isFinal, request, null, problem, 0);
  }

  private static Sent answered(
      WebhookConfig webhook, Request request, HttpResponse<Buffer> answer) {
    int code = answer.statusCode();
    boolean delivered = code / 100 == 2;
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : SHOWN) {
      String value = answer.getHeader(name);
      if (value != null) {
        headers.put(name, cut(webhook.masked(value), LONGEST_HEADER));
      }
    }
    Buffer body = answer.body();
    String text = body == null ? "" : body.toString(StandardCharsets.UTF_8);
    Response response =
        new Response(
            cut(webhook.masked(text), LONGEST_SHOWN),
            headers,
            cut(webhook.masked(Objects.requireNonNullElse(answer.statusMessage(), "")), 100),
            Integer.toString(code),
            "1.1");
    return new Sent(
        delivered,
        code == GONE,
        request,
        response,
        delivered ? null : "The receiver answered " + code + ".",
        RetryPolicy.retryAfter(answer.getHeader("Retry-After"))
            .map(Duration::toSeconds)
            .orElse(0L));
  }

  /** All values but those that everybody knows are hidden. */
  private static Map<String, String> shown(Map<String, String> headers) {
    Map<String, String> shown = new LinkedHashMap<>(headers);
    shown.replaceAll((name, value) ->
        name.equals("Content-Type") || name.equals("webhook-id") || name.equals("webhook-timestamp")
            ? value
            : WebhookConfig.HIDDEN);
    return shown;
  }

  /** Cut, and without what a database cannot hold. */
  private static String cut(String text, int most) {
    String plain = text.replace('\0', '?');
    return plain.length() <= most ? plain : plain.substring(0, most);
  }
}
